/* Exclusive and other waiters in one queue, woken one by one, by a pointer that may be NULL, and all at once. */
struct box { wait_queue_head_t queue; struct mutex lock; } box;
struct box *shared = &box;
u8 ready;

CPU(0, "one")   { prepare_to_wait_exclusive(&box.queue); schedule(); finish_wait(&box.queue); ready = 1; }
CPU(1, "two")   { prepare_to_wait_exclusive(&box.queue); mutex_lock(&box.lock); schedule(); mutex_unlock(&box.lock); }
CPU(2, "three") { prepare_to_wait(&box.queue); if (ready) schedule(); finish_wait(&box.queue); }
CPU(3, "waker") { wake_up(&shared->queue); ready = 2; wake_up(&shared->queue); wake_up_all(&box.queue); }
EVENT("gone")   { shared = NULL; }
