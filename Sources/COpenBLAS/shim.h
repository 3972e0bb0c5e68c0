#pragma once
#include <cblas.h>

// Asks for the cache line at an address, which need not exist. Swift has no word for it.
static inline void prefetch_line(const void *address) { __builtin_prefetch(address); }
