/* Questions to lockdep, of every kind of lock: by actors, a property, setup and finally. */
spinlock_t spin;
rwlock_t rw;
struct mutex mutex;
struct rw_semaphore sem;
bit_lock_t bit;
u8 seen;

void look(void)
{
	assert(lockdep_is_held(&spin), "spin-free: nobody");
	assert(!lockdep_is_held_write(&rw), "rw-written: by me");
	assert(lockdep_is_held_write(&sem) || !lockdep_is_held(&sem), "sem-read: by me");
	lockdep_assert_held(&mutex);
	lockdep_assert_held(&bit);
	lockdep_assert_held_read(&rw);
	lockdep_assert_held_write(&sem);
}

setup { lockdep_assert_held(&mutex); assert(lockdep_is_held(&rw), "alone: in setup"); }
CPU(0, "reader") {
	read_lock(&rw);
	spin_lock(&spin);
	look();
	seen++;
	spin_unlock(&spin);
	read_unlock(&rw);
}
CPU(1, "writer") {
	mutex_lock(&mutex);
	down_write(&sem);
	bit_lock(&bit);
	look();
	downgrade_write(&sem);
	seen++;
	look();
	write_lock(&rw);
	look();
	write_unlock(&rw);
	bit_unlock(&bit);
	up_read(&sem);
	mutex_unlock(&mutex);
}
always("apart: ptl and the semaphore exclude each other", !(lockdep_is_held(&spin) && lockdep_is_held_write(&sem)));
never("a reader beside the mutex", lockdep_is_held(&rw) && !lockdep_is_held_write(&rw) && lockdep_is_held(&mutex));
finally { lockdep_assert_held_read(&sem); assert(lockdep_is_held(&bit), "alone: in finally"); }
