/* A semaphore and a completion: too much given, tried, complete for all, begun again. */
struct semaphore sem = { .count = 254 };
struct completion done;
u8 took;

CPU(0, "gives") { up(&sem); up(&sem); complete(&done); complete_all(&done); complete(&done); }
CPU(1, "takes") { spinlock_t *none = NULL; wait_for_completion(&done); if (try_wait_for_completion(&done)) took = 1; reinit_completion(&done); if (!down_trylock(&sem)) took++; }
CPU(2, "waits") { if (took) down(&sem); wait_for_completion(&done); took = 0; }
