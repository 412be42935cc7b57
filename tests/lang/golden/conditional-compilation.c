#ifndef _MM_H
#define _MM_H
#ifdef CONFIG_SMP
u8 x;
#else
u8 y;
#endif
#undef _MM_H
#pragma once
#include <linux/mm.h>
#endif
