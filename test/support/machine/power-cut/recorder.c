/*
 * Preload for Linux: writes down what one process does to the files of one directory, in order: creations, writes,
 * truncations, syncs, renames, removals. test/support/machine/power-cut.ts replays the record up to any point and forgets what was
 * not synced, as a power cut does.
 *
 * MUSTER_RECORD_DIR: only files below this directory are recorded (absolute, no symbolic links).
 * MUSTER_RECORD_LOG: where the record goes; outside that directory.
 *
 * A record: op u8, zero u8, path length u16, data length u32, offset u64, all in the machine's order; path; data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_DIRECTORY, RENAME, REMOVE };
enum { FDS = 65536 };

struct head {
  uint8_t op, zero;
  uint16_t path_length;
  uint32_t data_length;
  uint64_t offset;
};

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FDS];
static char directory[PATH_MAX];
static size_t directory_length;
static int log_fd = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void prepare(void) {
  const char *dir = getenv("MUSTER_RECORD_DIR"), *log = getenv("MUSTER_RECORD_LOG");
  if (!dir || !log) return;
  snprintf(directory, sizeof directory, "%s/", dir);
  directory_length = strlen(directory);
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t done = syscall(SYS_write, log_fd, at, length);
    if (done <= 0) abort(); /* half a record would be worse than none */
    at += done;
    length -= (size_t)done;
  }
}

static void record(int op, const char *path, uint64_t offset, const void *data, size_t length) {
  const char *name = path + directory_length;
  struct head head = {(uint8_t)op, 0, (uint16_t)strlen(name), (uint32_t)length, offset};
  put(&head, sizeof head);
  put(name, head.path_length);
  if (length > 0) put(data, length);
}

/* The path below the recorded directory, or NULL. "dir" itself counts, as the empty name. */
static const char *ours(const char *path) {
  if (log_fd < 0 || !path) return NULL;
  if (strncmp(path, directory, directory_length) == 0) return path;
  return strlen(path) + 1 == directory_length && strncmp(path, directory, directory_length - 1) == 0 ? directory : NULL;
}

/*
 * The recorded path of a descriptor, or NULL. Node closes files by the bare system call, which no preload sees: a number that
 * stands for a socket or pipe by now has been forgotten here.
 */
static const char *path_of(int fd) {
  if (fd < 0 || fd >= FDS || !paths[fd]) return NULL;
  struct stat info;
  int before = errno, is_file = fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
  errno = before;
  if (!is_file) paths[fd] = NULL; /* not freed: another thread may be reading it */
  return paths[fd];
}

static int opened(int fd, int flags, int existed) {
  if (fd < 0 || fd >= FDS || log_fd < 0) return fd;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return fd;
  path[length] = 0;
  const char *known = ours(path);
  if (!known) {
    paths[fd] = NULL;
    return fd;
  }
  pthread_mutex_lock(&one_at_a_time);
  paths[fd] = strdup(known);
  if (!existed && (flags & O_CREAT)) record(CREATE, known, 0, NULL, 0);
  else if (existed && (flags & O_TRUNC)) record(TRUNCATE, known, 0, NULL, 0);
  pthread_mutex_unlock(&one_at_a_time);
  return fd;
}

static int exists(int at, const char *path) {
  struct stat info;
  int before = errno, found = fstatat(at, path, &info, 0) == 0;
  errno = before;
  return found;
}

#define MODE                              \
  mode_t mode = 0;                        \
  if (flags & (O_CREAT | __O_TMPFILE)) {  \
    va_list rest;                         \
    va_start(rest, flags);                \
    mode = va_arg(rest, mode_t);          \
    va_end(rest);                         \
  }

int open(const char *path, int flags, ...) {
  MODE int existed = exists(AT_FDCWD, path);
  return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), flags, existed);
}
int open64(const char *path, int flags, ...) {
  MODE int existed = exists(AT_FDCWD, path);
  return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode), flags, existed);
}
int openat(int at, const char *path, int flags, ...) {
  MODE int existed = exists(at, path);
  return opened((int)syscall(SYS_openat, at, path, flags, mode), flags, existed);
}
int openat64(int at, const char *path, int flags, ...) {
  MODE int existed = exists(at, path);
  return opened((int)syscall(SYS_openat, at, path, flags | O_LARGEFILE, mode), flags, existed);
}

int close(int fd) {
  if (fd >= 0 && fd < FDS) paths[fd] = NULL;
  return REAL(close)(fd);
}

static ssize_t wrote(int fd, const void *data, ssize_t done, uint64_t offset) {
  const char *path = path_of(fd);
  if (path && done > 0) record(WRITE, path, offset, data, (size_t)done);
  return done;
}

/* The lock is held over the call and its record: their order is what a power cut is about. */
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  if (!path_of(fd)) return REAL(pwrite)(fd, data, length, offset);
  pthread_mutex_lock(&one_at_a_time);
  ssize_t done = wrote(fd, data, REAL(pwrite)(fd, data, length, offset), (uint64_t)offset);
  pthread_mutex_unlock(&one_at_a_time);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
  if (!path_of(fd)) return REAL(write)(fd, data, length);
  pthread_mutex_lock(&one_at_a_time);
  ssize_t done = REAL(write)(fd, data, length);
  off_t end = lseek(fd, 0, SEEK_CUR);
  wrote(fd, data, done, (uint64_t)(end - (done > 0 ? done : 0)));
  pthread_mutex_unlock(&one_at_a_time);
  return done;
}

/* Gathered writes to a recorded file would escape the record. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (path_of(fd)) abort();
  return REAL(writev)(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (path_of(fd)) abort();
  return REAL(pwritev)(fd, parts, count, offset);
}

static int synced(int fd, int result) {
  const char *path = path_of(fd);
  if (path && result == 0) {
    struct stat info;
    int is_directory = fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
    record(is_directory ? SYNC_DIRECTORY : SYNC, path, 0, NULL, 0);
  }
  return result;
}
int fsync(int fd) {
  if (!path_of(fd)) return REAL(fsync)(fd);
  pthread_mutex_lock(&one_at_a_time);
  int result = synced(fd, REAL(fsync)(fd));
  pthread_mutex_unlock(&one_at_a_time);
  return result;
}
int fdatasync(int fd) {
  if (!path_of(fd)) return REAL(fdatasync)(fd);
  pthread_mutex_lock(&one_at_a_time);
  int result = synced(fd, REAL(fdatasync)(fd));
  pthread_mutex_unlock(&one_at_a_time);
  return result;
}

int ftruncate(int fd, off_t length) {
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(ftruncate)(fd, length);
  if (result == 0 && path_of(fd)) record(TRUNCATE, path_of(fd), (uint64_t)length, NULL, 0);
  pthread_mutex_unlock(&one_at_a_time);
  return result;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int rename(const char *from, const char *to) {
  if (!ours(from) || !ours(to)) return REAL(rename)(from, to);
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(rename)(from, to);
  if (result == 0) record(RENAME, from, 0, to + directory_length, strlen(to + directory_length));
  for (int fd = 0; result == 0 && fd < FDS; fd++)
    if (paths[fd] && strcmp(paths[fd], from) == 0) {
      paths[fd] = strdup(to);
    }
  pthread_mutex_unlock(&one_at_a_time);
  return result;
}

int unlink(const char *path) {
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(unlink)(path);
  if (result == 0 && ours(path)) record(REMOVE, path, 0, NULL, 0);
  pthread_mutex_unlock(&one_at_a_time);
  return result;
}
