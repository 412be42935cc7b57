/*---
dialect: 1
title: Can @NAME@ read what is freed already?
summary: A reader follows a pointer while a writer takes the object away and frees it.
asks: use-after-free
variants:
  at-once:
    summary: freed as soon as nobody can find it any more
    expect: {use-after-free: sometimes}
    reach: ["the object was found"]
  rcu:
    summary: freed when every reader that may have found it has left
    define: {WAIT: true}
    expect: never
    reach: ["the object was found", "the object was gone"]
---*/

/* A constant that a variant may set. */
#define WAIT	false

struct item { u8 data; };

/* Memory for two objects, O0 and O1, and the pointer that leads to one of them. */
POOL(struct item, 2, "O");
struct item *shown;

setup {
	shown = kmalloc(struct item, .data = 7);
}

/* Who runs. Between two steps of one, the other may do anything. */
CPU(0, "reader") {
	struct item *item;
	u8 data;

	rcu_read_lock();
	item = READ_ONCE(shown);
	if (item) {
		cover("the object was found");
		data = item->data;		/* does it still live? */
		assert(data == 7, "wrong-data: the reader sees what was stored");
	} else {
		cover("the object was gone");
	}
	rcu_read_unlock();
}

CPU(1, "writer") {
	struct item *item = shown;

	WRITE_ONCE(shown, NULL);
	if (WAIT)
		synchronize_rcu();		/* waits until every reader that is in its section has left it */
	kfree(item);
}
