#define TRAWL_ISA haswell
#define TRAWL_KERNEL json_kernel_haswell
#include "formats/json/json_template.hpp"
