package printer

// A status request in the middle of a command would be taken for its
// parameters, and where a job was torn the printer goes on waiting for the rest
// of a command. So a job is seen as its commands here, as far as their length is
// known.

// fixed holds how many bytes follow the two of a command.
var fixed = map[[2]byte]int{
	{0x1B, 0x40}: 0, {0x1C, 0x2E}: 0, {0x1B, 0x32}: 0, {0x1B, 0x52}: 1, {0x1B, 0x74}: 1, {0x1B, 0x61}: 1, {0x1B, 0x45}: 1,
	{0x1B, 0x2D}: 1, {0x1B, 0x4D}: 1, {0x1B, 0x21}: 1, {0x1B, 0x33}: 1, {0x1B, 0x64}: 1, {0x1B, 0x4A}: 1, {0x1B, 0x24}: 2,
	{0x1B, 0x70}: 3, {0x1B, 0x3D}: 1, {0x1B, 0x69}: 0, {0x1B, 0x6D}: 0, {0x1D, 0x21}: 1, {0x1D, 0x42}: 1, {0x1D, 0x4C}: 2,
	{0x1D, 0x57}: 2, {0x1D, 0x72}: 1, {0x1D, 0x61}: 1, {0x1D, 0x48}: 1, {0x1D, 0x66}: 1, {0x1D, 0x68}: 1, {0x1D, 0x77}: 1,
	{0x1D, 0x49}: 1,
}

// length is how many bytes the command at the beginning of job has, 0 where
// that is not known.
func length(job []byte) int {
	at := func(i int) int {
		if i < len(job) {
			return int(job[i])
		}
		return 0
	}
	if c := job[0]; c != 0x1B && c != 0x1C && c != 0x1D && c != 0x10 {
		return 1
	}
	key := [2]byte{job[0], byte(at(1))}
	if n, known := fixed[key]; known {
		return 2 + n
	}
	switch key {
	case [2]byte{0x1D, 0x28}, [2]byte{0x1C, 0x28}: // ( and a letter, with its length in two bytes
		return 5 + at(3) + at(4)<<8
	case [2]byte{0x1D, 0x38}: // the same with four
		return 7 + at(3) + at(4)<<8 + at(5)<<16 + at(6)<<24
	case [2]byte{0x1D, 0x76}: // raster
		return 8 + (at(4)+at(5)<<8)*(at(6)+at(7)<<8)
	case [2]byte{0x1D, 0x56}: // cut, with a feed in its newer forms
		if at(2) >= 0x41 {
			return 4
		}
		return 3
	case [2]byte{0x1D, 0x6B}: // bar code, with its length in its newer form
		if at(2) >= 0x41 {
			return 4 + at(3)
		}
	}
	return 0
}

// pieces parts a job between commands, into pieces of size bytes or some more.
// What cannot be parted stays whole.
func pieces(job []byte, size int) [][]byte {
	var all [][]byte
	end := 0
	for end < len(job) {
		n := length(job[end:])
		if n <= 0 || n > len(job)-end {
			break
		}
		if end += n; end >= size && end < len(job) {
			all = append(all, job[:end])
			job, end = job[end:], 0
		}
	}
	return append(all, job)
}

// mostPad is more than any command that a renderer makes: a picture is sent in
// bands.
const mostPad = 4096

// longest is the size of the longest command of a job.
func longest(job []byte) int {
	most := 0
	for len(job) > 0 {
		n := length(job)
		if n <= 0 || n > len(job) {
			return max(most, min(len(job), mostPad))
		}
		most = max(most, n)
		job = job[n:]
	}
	return most
}
