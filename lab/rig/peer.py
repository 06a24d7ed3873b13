"""What a web server does with the shared folder, one JSON request a line on stdin, one answer a line on stdout."""
import hashlib, json, os, sys, threading, time

writer = {"stop": True, "written": {}, "errors": []}

def pattern(seed, size):
    block = hashlib.sha256(str(seed).encode()).digest()
    return (block * (size // len(block) + 1))[:size]

def write(path, seed, size):
    data = pattern(seed, size)
    with open(path, "wb") as f:
        f.write(data)
    return hashlib.sha256(data).hexdigest()

def replace(path, seed, size):
    digest = write(path + ".new", seed, size)
    os.rename(path + ".new", path)
    return digest

def read(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

def exists(path):
    return os.path.exists(path)

def keep_writing(folder, size, pause):
    n = 0
    while not writer["stop"]:
        n += 1
        path = f"{folder}/record-{n:06d}"
        try:
            data = pattern(f"{folder}{n}", size)
            with open(path, "wb") as f:
                f.write(data)
                f.flush()
                os.fsync(f.fileno())
            writer["written"][path] = hashlib.sha256(data).hexdigest()
        except OSError as error:
            writer["errors"].append(f"{path}: {error}")
        time.sleep(pause)

def start_writer(folder, size=16384, pause=0.1):
    os.makedirs(folder, exist_ok=True)
    writer.update(stop=False, written={}, errors=[])
    writer["thread"] = threading.Thread(target=keep_writing, args=(folder, size, pause), daemon=True)
    writer["thread"].start()

def written_so_far():
    return {"records": len(writer["written"]), "errors": writer["errors"]}

def stop_writer():
    writer["stop"] = True
    writer["thread"].join()
    return {"written": writer["written"], "errors": writer["errors"]}

def check(written):
    """Paths whose content is not what was written."""
    return [path for path, digest in written.items() if not os.path.exists(path) or read(path) != digest]

CALLS = {f.__name__: f for f in (write, replace, read, exists, start_writer, written_so_far, stop_writer, check)}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"id": request["id"], "value": CALLS[request["call"]](*request["arguments"])}
    except Exception as error:
        answer = {"id": request["id"], "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
