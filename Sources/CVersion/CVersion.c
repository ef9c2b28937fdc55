#include "CVersion.h"

#ifndef USHER_BUILD
#define USHER_BUILD "development"
#endif

const char *usher_build(void) { return USHER_BUILD; }
