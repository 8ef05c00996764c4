#define TRAWL_ISA westmere
#define TRAWL_KERNEL json_kernel_westmere
#include "formats/json/json_template.hpp"
