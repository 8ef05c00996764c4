#define TRAWL_ISA icelake
#define TRAWL_KERNEL json_kernel_icelake
#include "formats/json/json_template.hpp"
