package dispatch

import (
	"container/heap"
	"time"
)

// due is something that stands in a queue by time.
type due interface {
	comparable
	before(other any) bool
	when() time.Time
	slot() *int // its index in the queue, kept by the queue; -1 outside
}

// queue is a heap of what is due, the earliest first.
type queue[T due] struct{ items []T }

func (q *queue[T]) push(item T) { heap.Push((*order[T])(q), item) }

// first is the earliest; false where there is none.
func (q *queue[T]) first() (item T, some bool) {
	if len(q.items) == 0 {
		return item, false
	}
	return q.items[0], true
}

// ripe is the earliest if it is due by now.
func (q *queue[T]) ripe(now time.Time) (item T, is bool) {
	item, some := q.first()
	return item, some && !item.when().After(now)
}

// sort restores the order after times were changed in place.
func (q *queue[T]) sort() { heap.Init((*order[T])(q)) }

// remove takes an item out, if it is in.
func (q *queue[T]) remove(item T) {
	if i := *item.slot(); i >= 0 {
		heap.Remove((*order[T])(q), i)
	}
}

// order is queue as container/heap wants it.
type order[T due] queue[T]

func (o *order[T]) Len() int           { return len(o.items) }
func (o *order[T]) Less(i, j int) bool { return o.items[i].before(o.items[j]) }

func (o *order[T]) Swap(i, j int) {
	o.items[i], o.items[j] = o.items[j], o.items[i]
	*o.items[i].slot(), *o.items[j].slot() = i, j
}

func (o *order[T]) Push(x any) {
	item := x.(T)
	*item.slot() = len(o.items)
	o.items = append(o.items, item)
}

func (o *order[T]) Pop() any {
	last := len(o.items) - 1
	item := o.items[last]
	var none T
	o.items[last] = none // let it be collected
	o.items = o.items[:last]
	*item.slot() = -1
	return item
}
