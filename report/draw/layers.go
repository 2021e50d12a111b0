package draw

import (
	"math"
	"slices"
)

// edge is a path between constructs, by position.
type edge struct{ from, to int }

// node is a place in a layer: a construct or, for a path that runs through the
// layer, the room kept for it.
type node struct {
	construct int // -1 for the room of a path
	layer     int
	before    []int // neighbours in the layer to the left, right
	after     []int
}

// graph is the model in layers from left to right. The constructs are the
// first nodes, in their order.
type graph struct {
	nodes   []node
	layers  [][]int
	upright []edge // between constructs of one layer
}

// layered puts n constructs into layers and orders each layer. The fold gives
// the layer for every level of the model, so that several may share one; nil
// keeps them apart.
func layered(n int, edges []edge, fold []int) *graph {
	forward := acyclic(n, edges)
	level := levels(n, forward)
	for i := range level {
		if fold != nil {
			level[i] = fold[level[i]]
		}
	}
	g := &graph{}
	for i := range n {
		g.nodes = append(g.nodes, node{construct: i, layer: level[i]})
	}
	for _, e := range forward {
		if level[e.from] == level[e.to] {
			g.upright = append(g.upright, e)
			continue
		}
		last := e.from
		for l := level[e.from] + 1; l < level[e.to]; l++ {
			g.nodes = append(g.nodes, node{construct: -1, layer: l})
			last = g.link(last, len(g.nodes)-1)
		}
		g.link(last, e.to)
	}
	for i, v := range g.nodes {
		for len(g.layers) <= v.layer {
			g.layers = append(g.layers, nil)
		}
		g.layers[v.layer] = append(g.layers[v.layer], i)
	}
	g.order()
	return g
}

func (g *graph) link(from, to int) int {
	g.nodes[from].after = append(g.nodes[from].after, to)
	g.nodes[to].before = append(g.nodes[to].before, from)
	return to
}

// acyclic returns the edges with those that close a cycle turned round, and
// each pair of constructs once.
func acyclic(n int, edges []edge) []edge {
	out := make([][]int, n)
	for _, e := range edges {
		out[e.from] = append(out[e.from], e.to)
	}
	state := make([]uint8, n) // 1 on the way, 2 done
	back := map[edge]bool{}
	var visit func(i int)
	visit = func(i int) {
		state[i] = 1
		for _, j := range out[i] {
			switch state[j] {
			case 0:
				visit(j)
			case 1:
				back[edge{i, j}] = true
			}
		}
		state[i] = 2
	}
	for i := range n {
		if state[i] == 0 {
			visit(i)
		}
	}
	var forward []edge
	for _, e := range edges {
		if back[e] {
			e = edge{e.to, e.from}
		}
		if !slices.Contains(forward, e) {
			forward = append(forward, e)
		}
	}
	return forward
}

// levels gives each construct its layer: the longest path that leads to it.
// Causes then move right, next to the first construct that they act on.
func levels(n int, edges []edge) []int {
	level := make([]int, n)
	for range n {
		for _, e := range edges {
			level[e.to] = max(level[e.to], level[e.from]+1)
		}
	}
	for i := range n {
		nearest := -1
		for _, e := range edges {
			if e.to == i {
				nearest = 0
				break
			}
			if e.from == i && (nearest < 0 || level[e.to] < nearest) {
				nearest = level[e.to]
			}
		}
		if nearest > 0 {
			level[i] = nearest - 1
		}
	}
	return level
}

// folds lists the ways to set k levels in fewer layers, each of consecutive
// levels: all of them for a few levels, those of even layers for many.
func folds(k int) [][]int {
	var out [][]int
	if k > 8 {
		for layers := 2; layers < k; layers++ {
			fold := make([]int, k)
			for i := range fold {
				fold[i] = i * layers / k
			}
			out = append(out, fold)
		}
		return out
	}
	for cuts := 1; cuts < 1<<max(k-1, 0)-1; cuts++ {
		fold := make([]int, k)
		for i := 1; i < k; i++ {
			fold[i] = fold[i-1] + cuts>>(i-1)&1
		}
		out = append(out, fold)
	}
	return out
}

// order sorts each layer so that few lines cross: sweeps that put every node at
// the mean place of its neighbours, then exchanges of neighbours. Ties keep
// the order of the model.
func (g *graph) order() {
	g.transpose()
	best, fewest := g.copyLayers(), g.tangle()
	for sweep := 0; sweep < 12 && fewest > 0; sweep++ {
		for k := range g.layers {
			l := k
			if sweep%2 == 1 {
				l = len(g.layers) - 1 - k
			}
			g.barycentre(l, sweep%2 == 0)
		}
		g.transpose()
		if c := g.tangle(); c < fewest {
			best, fewest = g.copyLayers(), c
		}
	}
	g.layers = best
	g.turn()
}

// turn reverses layers with upright lines where that brings them closer to
// their neighbours on the left: a long chain runs down and up again.
func (g *graph) turn() {
	for l := 1; l < len(g.layers); l++ {
		layer := g.layers[l]
		if !slices.ContainsFunc(g.upright, func(e edge) bool { return g.nodes[e.from].layer == l }) {
			continue
		}
		tangled, slanted := g.tangle(), g.slant(l)
		slices.Reverse(layer)
		if g.tangle() > tangled || g.slant(l) >= slanted {
			slices.Reverse(layer)
		}
	}
}

// slant sums how far the lines into a layer rise or fall, with each layer
// reaching from 0 to 1.
func (g *graph) slant(l int) float64 {
	at := g.places()
	height := func(v int) float64 {
		return (float64(at[v]) + .5) / float64(len(g.layers[g.nodes[v].layer]))
	}
	total := 0.
	for _, v := range g.layers[l] {
		for _, w := range g.nodes[v].before {
			total += math.Abs(height(v) - height(w))
		}
	}
	return total
}

func (g *graph) copyLayers() [][]int {
	out := make([][]int, len(g.layers))
	for i, l := range g.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// places returns the position of every node in its layer.
func (g *graph) places() []int {
	at := make([]int, len(g.nodes))
	for _, layer := range g.layers {
		for i, v := range layer {
			at[v] = i
		}
	}
	return at
}

func (g *graph) barycentre(l int, fromLeft bool) {
	at := g.places()
	mean := map[int]float64{}
	for i, v := range g.layers[l] {
		near := g.nodes[v].after
		if fromLeft {
			near = g.nodes[v].before
		}
		if len(near) == 0 {
			mean[v] = float64(i)
			continue
		}
		sum := 0
		for _, w := range near {
			sum += at[w]
		}
		mean[v] = float64(sum) / float64(len(near))
	}
	slices.SortStableFunc(g.layers[l], func(a, b int) int {
		switch {
		case mean[a] < mean[b]:
			return -1
		case mean[a] > mean[b]:
			return 1
		}
		return 0
	})
}

// transpose exchanges neighbours of a layer as long as that helps.
func (g *graph) transpose() {
	fewest := g.tangle()
	for better := true; better; {
		better = false
		for _, layer := range g.layers {
			for i := 0; i+1 < len(layer); i++ {
				layer[i], layer[i+1] = layer[i+1], layer[i]
				if c := g.tangle(); c < fewest {
					fewest, better = c, true
				} else {
					layer[i], layer[i+1] = layer[i+1], layer[i]
				}
			}
		}
	}
}

// tangle counts the crossings of lines between layers, and the nodes that
// stand in the way of lines within one.
func (g *graph) tangle() int {
	at := g.places()
	n := 0
	for _, layer := range g.layers {
		for i, v := range layer {
			for _, w := range layer[i+1:] {
				for _, a := range g.nodes[v].after {
					for _, b := range g.nodes[w].after {
						if at[a] > at[b] {
							n++
						}
					}
				}
			}
		}
	}
	for _, e := range g.upright {
		n += max(at[e.from]-at[e.to], at[e.to]-at[e.from]) - 1
	}
	return n
}

// joined tells whether a line runs between two nodes of one layer.
func (g *graph) joined(a, b int) bool {
	return slices.Contains(g.upright, edge{a, b}) || slices.Contains(g.upright, edge{b, a})
}

// heights finds the vertical centre of every node: near the mean of its
// neighbours, so that lines run straight and outcomes stand symmetrically,
// and at least room(v, w) below the node above it. Layers stay in a window of
// the given height about 0, where they fit into it with their extents.
func (g *graph) heights(room func(above, below int) float64, extent func(v int) (up, down float64), window float64) []float64 {
	y := make([]float64, len(g.nodes))
	for _, layer := range g.layers {
		place := make([]float64, len(layer))
		for i := 1; i < len(layer); i++ {
			place[i] = place[i-1] + room(layer[i-1], layer[i])
		}
		for i, v := range layer {
			y[v] = place[i] - place[len(place)-1]/2
		}
	}
	for sweep := range 80 {
		for k := range g.layers {
			if sweep%2 == 1 {
				k = len(g.layers) - 1 - k
			}
			g.settle(g.layers[k], y, room)
			g.keepInside(g.layers[k], y, room, extent, window)
		}
	}
	return y
}

// keepInside moves the nodes of one layer into the window, from the top down
// and then from the bottom up.
func (g *graph) keepInside(layer []int, y []float64, room func(above, below int) float64, extent func(v int) (up, down float64), window float64) {
	up, _ := extent(layer[0])
	least := up - window/2
	for i, v := range layer {
		if i > 0 {
			least = y[layer[i-1]] + room(layer[i-1], v)
		}
		y[v] = max(y[v], least)
	}
	last := len(layer) - 1
	_, down := extent(layer[last])
	most := window/2 - down
	for i := last; i >= 0; i-- {
		if i < last {
			most = y[layer[i+1]] - room(layer[i], layer[i+1])
		}
		y[layer[i]] = min(y[layer[i]], most)
	}
}

// settle moves the nodes of one layer to the places nearest to the means of
// their neighbours, in least squares, that keep order and room: an isotonic
// regression of the targets less the room above them (pool adjacent violators).
func (g *graph) settle(layer []int, y []float64, room func(above, below int) float64) {
	type pool struct {
		mean, weight float64
		n            int
	}
	var pools []pool
	offset := make([]float64, len(layer))
	for i, v := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + room(layer[i-1], v)
		}
		target, weight := y[v], 0.
		sum := 0.
		for _, near := range [2][]int{g.nodes[v].before, g.nodes[v].after} {
			for _, w := range near {
				k := 1.
				if g.nodes[v].construct < 0 || g.nodes[w].construct < 0 {
					k = .5 // long lines may bend a little, short ones had better not
				}
				sum += k * y[w]
				weight += k
			}
		}
		if weight > 0 {
			target = sum / weight
		}
		p := pool{target - offset[i], max(weight, .01), 1}
		for len(pools) > 0 && pools[len(pools)-1].mean > p.mean {
			q := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			w := p.weight + q.weight
			p = pool{(p.mean*p.weight + q.mean*q.weight) / w, w, p.n + q.n}
		}
		pools = append(pools, p)
	}
	i := 0
	for _, p := range pools {
		for range p.n {
			y[layer[i]] = p.mean + offset[i]
			i++
		}
	}
}
