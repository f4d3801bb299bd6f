-- Takes up how logs are packed that were read before.
one, two, three, format, begin, width = record[1], record[2], record[3], record[4], record[5], record[6]
factor, wide, most, packedAs, packing = record[7], record[8], record[9], record[10], record[11]
