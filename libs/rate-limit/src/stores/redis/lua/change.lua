policy.held[key] = after
changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4] = key, policy, stop, due
changed = changed + 4
