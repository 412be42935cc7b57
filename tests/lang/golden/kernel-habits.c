#include <linux/spinlock.h>
#include <linux/mm.h>
#include <
#include "linux/rcupdate.h"
#include <stdio.h>

static DEFINE_SPINLOCK(lock);
LIST_HEAD(items);
module_init(start);
EXPORT_SYMBOL_GPL(start);
