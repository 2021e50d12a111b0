package replicate

func native() []*kernel { return nil }
