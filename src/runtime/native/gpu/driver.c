/*
 * The driver of CUDA, or of HIP with SOMA_HIP, found when the library is used: the library itself
 * links against nothing of theirs, so that it loads everywhere and beside every version. The
 * compiled kernels are data in it.
 */
#include "driver.h"

#include <dlfcn.h>
#include <stdio.h>

#ifdef SOMA_HIP
#define NAME(cuda, hip) #hip
#define DRIVER "HIP"
static const char *const LIBRARIES[] = {"libamdhip64.so", "libamdhip64.so.7", "libamdhip64.so.6",
                                        "libamdhip64.so.5"};
#else
#define NAME(cuda, hip) #cuda
#define DRIVER "CUDA"
static const char *const LIBRARIES[] = {"libcuda.so.1", "libcuda.so"};
#endif

/* The functions of the driver that are used, by their names and with their arguments. */
#define FUNCTIONS(X)                                                                               \
  X(init, NAME(cuInit, hipInit), (unsigned))                                                       \
  X(count, NAME(cuDeviceGetCount, hipGetDeviceCount), (int *))                                     \
  X(device, NAME(cuDeviceGet, hipDeviceGet), (int *, int))                                         \
  X(name, NAME(cuDeviceGetName, hipDeviceGetName), (char *, int, int))                             \
  X(version, NAME(cuDriverGetVersion, hipDriverGetVersion), (int *))                               \
  X(memory, NAME(cuMemGetInfo_v2, hipMemGetInfo), (size_t *, size_t *))                            \
  X(alloc, NAME(cuMemAlloc_v2, hipMalloc), (void **, size_t))                                      \
  X(release, NAME(cuMemFree_v2, hipFree), (void *))                                                \
  X(upload, NAME(cuMemcpyHtoD_v2, hipMemcpyHtoD), (void *, const void *, size_t))                  \
  X(download, NAME(cuMemcpyDtoH_v2, hipMemcpyDtoH), (void *, const void *, size_t))                \
  X(load, NAME(cuModuleLoadData, hipModuleLoadData), (void **, const void *))                      \
  X(find, NAME(cuModuleGetFunction, hipModuleGetFunction), (void **, void *, const char *))        \
  X(launch, NAME(cuLaunchKernel, hipModuleLaunchKernel),                                           \
    (void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,\
     void **))                                                                                     \
  CONTEXT(X)

/* How a thread chooses its device. */
#ifdef SOMA_HIP
#define CONTEXT(X) X(use, "hipSetDevice", (int))
#else
#define CONTEXT(X) \
  X(retain, "cuDevicePrimaryCtxRetain", (void **, int)) X(use, "cuCtxSetCurrent", (void *))
#endif

#define POINTER(field, name, arguments) int(*field) arguments;
static struct { FUNCTIONS(POINTER) } api;

static void *functions[SOMA_GPU_KERNEL_COUNT];

#define KERNEL_NAME(name) "soma_gpu_" #name,
static const char *const KERNEL_NAMES[] = {SOMA_GPU_KERNELS(KERNEL_NAME)};

/* The compiled kernels: CUDA's fat binary, or HIP's bundle of code objects. */
extern const char soma_gpu_image[];
__asm__(".section .rodata\n.balign 64\n.global soma_gpu_image\nsoma_gpu_image:\n"
        ".incbin \"" SOMA_IMAGE "\"\n.byte 0\n.previous\n");

/* What both drivers say where there is a driver and no device for it. */
enum { NO_DEVICE = 100, INVALID_DEVICE = 101 };

/* Fails when the driver does. */
static int check(int code, const char *what) {
  if (code == 0) return 0;
  if (code == NO_DEVICE || code == INVALID_DEVICE) return soma_fail(DRIVER " finds no device");
  return soma_fail(DRIVER " cannot %s: error %d", what, code);
}

static int find_functions(void *library) {
#define FIND(field, symbol, arguments)                                                             \
  *(void **)&api.field = dlsym(library, symbol);                                                   \
  if (api.field == NULL) return soma_fail(DRIVER "'s driver is too old: it has no %s", symbol);
  FUNCTIONS(FIND)
  return 0;
}

static int load_driver(void) {
  void *library = NULL;
  char tried[256] = "";
  for (size_t i = 0; i < sizeof LIBRARIES / sizeof *LIBRARIES && library == NULL; i++) {
    const size_t used = __builtin_strlen(tried);
    snprintf(tried + used, sizeof tried - used, "%s%s", i == 0 ? "" : ", ", LIBRARIES[i]);
    library = dlopen(LIBRARIES[i], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) return soma_fail("no " DRIVER " driver: looked for %s", tried);
  if (find_functions(library) != 0) return -1;
  return check(api.init(0), "start");
}

int driver_count(int *count) {
  static int loaded = 1;
  if (loaded != 0) loaded = load_driver();
  return loaded != 0 ? loaded : check(api.count(count), "count its devices");
}

static int use_device(int device) {
#ifdef SOMA_HIP
  return check(api.use(device), "open the device");
#else
  void *context = NULL;
  if (check(api.retain(&context, device), "open the device") != 0) return -1;
  return check(api.use(context), "use the device");
#endif
}

static int load_kernels(void) {
  void *module = NULL;
  if (check(api.load(&module, soma_gpu_image), "load kernels for this device") != 0) return -1;
  for (int i = 0; i < SOMA_GPU_KERNEL_COUNT; i++) {
    if (check(api.find(&functions[i], module, KERNEL_NAMES[i]), "find a kernel") != 0) return -1;
  }
  return 0;
}

int driver_open(int index, char *text, size_t size) {
  char name[200] = "";
  int version = 0, device = 0;
  if (check(api.device(&device, index), "find the device") != 0) return -1;
  if (use_device(device) != 0 || load_kernels() != 0) return -1;
  if (check(api.name(name, sizeof name, device), "name the device") != 0) return -1;
  if (check(api.version(&version), "tell its version") != 0) return -1;
  snprintf(text, size, "%s\n" DRIVER " driver %d", name, version);
  return 0;
}

int driver_memory(size_t *free_bytes) {
  size_t total = 0;
  return check(api.memory(free_bytes, &total), "tell its memory");
}

int driver_alloc(void **block, size_t bytes) { return check(api.alloc(block, bytes), "allocate"); }

int driver_free(void *block) { return check(api.release(block), "free"); }

int driver_upload(void *block, const void *host, size_t bytes) {
  return check(api.upload(block, host, bytes), "copy to the device");
}

int driver_download(void *host, const void *block, size_t bytes) {
  return check(api.download(host, block, bytes), "finish its kernels");
}

int driver_launch(soma_gpu_kernel kernel, const unsigned grid[3], unsigned threads, void **args) {
  const int code = api.launch(functions[kernel], grid[0], grid[1], grid[2], threads, 1, 1, 0, NULL,
                              args, NULL);
  return check(code, KERNEL_NAMES[kernel]);
}
