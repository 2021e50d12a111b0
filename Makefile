# Everything can be done with the go command alone; these are short names.

# Packages whose assembly is written by a generator in a module of its own.
generated := resample moment/replicate pls/lanes

.PHONY: build test lint ci bench generate

build: ## plumb, in this folder
	CGO_ENABLED=0 go build -trimpath ./cmd/plumb

test: ## all tests
	go test ./...

lint: ## formatting, vet, linter, import law
	.ci/run format vet lint

ci: ## all that a change must pass
	.ci/run

# Speed of the bootstrap by stage: first each kernel beside the int8 and float64
# peaks of this machine, measured in the same run, then the whole.
bench: ## nanoseconds a replicate by stage
	go test ./resample -run - -bench 'Rows|Batch' -benchtime 1s
	go test ./moment/replicate -run - -bench Stages -benchtime 1x
	go test ./pls/lanes -run - -bench Lanes -benchtime 1x
	go test ./infer -run - -bench Stages -benchtime 1x

generate: ## the committed assembly
	$(foreach p,$(generated),go generate ./$(p) &&) true
