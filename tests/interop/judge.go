// judge: Waybill's notes, proofs and tiles seen by golang.org/x/mod/sumdb,
// and that library's own for Waybill to see.
//
//	judge check FOLDER   what tool_interop_emit wrote
//	judge make FOLDER    what tool_interop_check reads
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what ...interface{}) {
	if err != nil {
		log.Fatalf("%s%v", fmt.Sprintln(what...), err)
	}
}

func read(parts ...string) []byte {
	b, err := os.ReadFile(filepath.Join(parts...))
	must(err)
	return b
}

// --- keys --------------------------------------------------------------------

// cosigner verifies C2SP cosignatures, which x/mod does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	t := binary.BigEndian.Uint64(sig)
	m := fmt.Sprintf("cosignature/v1\ntime %d\n%s", t, msg)
	return ed25519.Verify(c.key, []byte(m), sig[8:])
}

func newCosigner(vkey string) *cosigner {
	f := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(f[2])
	must(err, vkey)
	sum := sha256.Sum256([]byte(f[0] + "\n" + string(key)))
	id := binary.BigEndian.Uint32(sum[:])
	if len(key) != 33 || key[0] != 4 || f[1] != fmt.Sprintf("%08x", id) {
		log.Fatal("not a cosigner's key: ", vkey)
	}
	return &cosigner{f[0], id, key[1:]}
}

// readTrust gives the verifiers of a trust file: logs first, then witnesses.
func readTrust(path string) (logs, witnesses []note.Verifier) {
	for _, line := range strings.Split(string(read(path)), "\n") {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == "log" {
			v, err := note.NewVerifier(f[1])
			must(err, line)
			logs = append(logs, v)
		} else if len(f) >= 3 && f[0] == "witness" {
			witnesses = append(witnesses, newCosigner(f[2]))
		}
	}
	return logs, witnesses
}

// --- notes -------------------------------------------------------------------

// sameSigs tells whether two notes have the same signatures: x/mod passes over
// the bits that base64 does not use, which Waybill refuses.
func sameSigs(a, b []note.Signature) bool {
	for i := range a {
		x, _ := base64.StdEncoding.DecodeString(a[i].Base64)
		y, _ := base64.StdEncoding.DecodeString(b[i].Base64)
		if !bytes.Equal(x, y) {
			return false
		}
	}
	return len(a) == len(b)
}

// open opens a note with these keys and wants n good lines.
func open(path string, n int, keys ...note.Verifier) *note.Note {
	got, err := note.Open(read(path), note.VerifierList(keys...))
	must(err, path)
	if len(got.Sigs) != n {
		log.Fatalf("%s: %d good lines, not %d", path, len(got.Sigs), n)
	}
	return got
}

// tamper sees that no changed byte of a note goes through.
func tamper(path string, n int, keys ...note.Verifier) {
	msg, got := read(path), open(path, n, keys...)
	for i := range msg {
		bad := append([]byte(nil), msg...)
		bad[i] ^= 1
		// A change to a line's name or key id takes it out of account.
		again, err := note.Open(bad, note.VerifierList(keys...))
		if err == nil &&
			(again.Text != got.Text || len(again.Sigs) >= n) &&
			!sameSigs(again.Sigs, got.Sigs) {
			log.Fatalf("%s: byte %d changed, and taken", path, i)
		}
	}
}

func parseCheckpoint(text string) tlog.Tree {
	f := strings.Split(text, "\n")
	if len(f) != 4 || f[3] != "" {
		log.Fatalf("not three lines: %q", text)
	}
	n, err := strconv.ParseInt(f[1], 10, 64)
	must(err, text)
	h, err := tlog.ParseHash(f[2])
	must(err, text)
	return tlog.Tree{N: n, Hash: h}
}

// --- proofs ------------------------------------------------------------------

type proofLine struct {
	a, b   int64
	h1, h2 tlog.Hash
	proof  []tlog.Hash
}

func readProofs(path string) (lines []proofLine) {
	for _, line := range strings.Split(strings.TrimSpace(string(read(path))), "\n") {
		var l proofLine
		var err error
		f := strings.Split(line, " ")
		l.a, err = strconv.ParseInt(f[2], 10, 64)
		must(err, line)
		l.b, err = strconv.ParseInt(f[3], 10, 64)
		must(err, line)
		l.h1, err = tlog.ParseHash(f[4])
		must(err, line)
		l.h2, err = tlog.ParseHash(f[5])
		must(err, line)
		for _, s := range strings.Split(f[6], ",") {
			if f[6] == "-" {
				break
			}
			h, err := tlog.ParseHash(s)
			must(err, line)
			l.proof = append(l.proof, h)
		}
		lines = append(lines, l)
	}
	return lines
}

func inclusion(l proofLine) error {
	return tlog.CheckRecord(l.proof, l.b, l.h1, l.a, l.h2)
}

func consistency(l proofLine) error {
	return tlog.CheckTree(l.proof, l.b, l.h2, l.a, l.h1)
}

func checkProofs(path string, check func(proofLine) error) int {
	lines := readProofs(path)
	for _, l := range lines {
		must(check(l), path, l.a, l.b)
		bad := l
		bad.h1[3] ^= 4
		if check(bad) == nil {
			log.Fatal(path, ": changed first hash taken: ", l)
		}
		bad = l
		bad.h2[3] ^= 4
		if check(bad) == nil {
			log.Fatal(path, ": changed second hash taken: ", l)
		}
		for i := range l.proof {
			bad = l
			bad.proof = append([]tlog.Hash(nil), l.proof...)
			bad.proof[i][31] ^= 128
			if check(bad) == nil {
				log.Fatal(path, ": changed proof taken: ", l)
			}
		}
	}
	return len(lines)
}

// --- tiles -------------------------------------------------------------------

// tileFolder reads C2SP tiles; their path lacks the height that x/mod writes.
type tileFolder string

func (d tileFolder) Height() int                     { return 8 }
func (d tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}
func (d tileFolder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		path := "tile/" + strings.TrimPrefix(t.Path(), "tile/8/")
		b, err := os.ReadFile(filepath.Join(string(d), path))
		if err != nil {
			return nil, err
		}
		data = append(data, b)
	}
	return data, nil
}

func readBundle(path string) (entries [][]byte) {
	for b := read(path); len(b) > 0; {
		n := int(binary.BigEndian.Uint16(b))
		entries = append(entries, b[2:2+n])
		b = b[2+n:]
	}
	return entries
}

func checkTiles(dir string, tree tlog.Tree, texts []string) {
	entries := append(readBundle(filepath.Join(dir, "tile/entries/000")),
		readBundle(filepath.Join(dir, "tile/entries/001.p/44"))...)
	if int64(len(entries)) != tree.N {
		log.Fatal("entries: ", len(entries))
	}
	// The reader checks each tile against the root it is given.
	r := tlog.TileHashReader(tree, tileFolder(dir))
	for i, e := range entries {
		if string(e) != texts[i] {
			log.Fatal("entry is not the record's text: ", i)
		}
		h, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		must(err, "tile", i)
		if h[0] != tlog.RecordHash(e) {
			log.Fatal("leaf is not the entry's: ", i)
		}
		p, err := tlog.ProveRecord(tree.N, int64(i), r)
		must(err, "prove", i)
		must(tlog.CheckRecord(p, tree.N, tree.Hash, int64(i), h[0]))
	}
	tree.Hash[0] ^= 1
	r = tlog.TileHashReader(tree, tileFolder(dir))
	if _, err := r.ReadHashes([]int64{0}); err == nil {
		log.Fatal("tiles taken under another root")
	}
}

func check(dir string) {
	logs, witnesses := readTrust(filepath.Join(dir, "trust"))
	roots := map[int64]tlog.Hash{}
	for _, n := range []int64{1, 2, 3, 7, 8, 9, 64, 255, 256, 257, 300} {
		path := filepath.Join(dir, fmt.Sprint("checkpoint.", n))
		keys := append(witnesses, logs[0])
		tamper(path, 3, keys...)
		t := parseCheckpoint(open(path, 3, keys...).Text)
		if t.N != n {
			log.Fatal(path, ": size ", t.N)
		}
		roots[n] = t.Hash
	}
	var texts []string
	for i := 0; i < 300; i++ {
		path := filepath.Join(dir, fmt.Sprint("record.", i))
		texts = append(texts, open(path, 1, logs[1]).Text)
		if i%50 == 0 {
			tamper(path, 1, logs[1])
		}
	}
	np := checkProofs(filepath.Join(dir, "inclusion"), inclusion)
	nc := checkProofs(filepath.Join(dir, "consistency"), consistency)
	for _, l := range readProofs(filepath.Join(dir, "inclusion")) {
		if l.h1 != roots[l.b] ||
			l.h2 != tlog.RecordHash([]byte(texts[l.a])) {
			log.Fatal("proof of something else: ", l.a, l.b)
		}
	}
	for _, l := range readProofs(filepath.Join(dir, "consistency")) {
		if l.h1 != roots[l.a] || l.h2 != roots[l.b] {
			log.Fatal("proof of something else: ", l.a, l.b)
		}
	}
	checkTiles(dir, tlog.Tree{N: 300, Hash: roots[300]}, texts)
	fmt.Printf("%d records, %d checkpoints, %d + %d proofs, tiles", len(texts), len(roots), np, nc)
}

// --- the other direction -----------------------------------------------------

// memory is a tree by x/mod, its hashes in its own order.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) (ret []tlog.Hash, err error) {
	for _, i := range indexes {
		if i >= int64(len(m)) {
			return nil, errors.New("no such hash")
		}
		ret = append(ret, m[i])
	}
	return ret, nil
}

func join(p []tlog.Hash) string {
	var s []string
	for _, h := range p {
		s = append(s, h.String())
	}
	if len(s) == 0 {
		return "-"
	}
	return strings.Join(s, ",")
}

func makeAll(dir string) {
	const size = 77
	var m memory
	var inc, con bytes.Buffer
	root := map[int64]tlog.Hash{}
	for n := int64(0); n < size; n++ {
		hs, err := tlog.StoredHashes(n, []byte(fmt.Sprint("go ", n)), m)
		must(err)
		m = append(m, hs...)
		root[n+1], err = tlog.TreeHash(n+1, m)
		must(err)
		for i := int64(0); i <= n; i += 5 {
			p, err := tlog.ProveRecord(n+1, i, m)
			must(err)
			leaf := tlog.RecordHash([]byte(fmt.Sprint("go ", i)))
			fmt.Fprintln(&inc, "go good", i, n+1, root[n+1], leaf, join(p))
			t, err := tlog.ProveTree(n+1, i+1, m)
			must(err)
			fmt.Fprintln(&con, "go good", i+1, n+1, root[i+1], root[n+1], join(t))
		}
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	text := fmt.Sprintf("go.example/log\n%d\n%s\n", size, root[size])
	msg, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	must(os.MkdirAll(dir, 0o777))
	for name, b := range map[string][]byte{"vkey": []byte(vkey + "\n"),
		"checkpoint": msg, "inclusion": inc.Bytes(), "consistency": con.Bytes()} {
		must(os.WriteFile(filepath.Join(dir, name), b, 0o666))
	}
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("judge: ")
	if len(os.Args) != 3 {
		log.Fatal("judge check|make FOLDER")
	}
	switch os.Args[1] {
	case "check":
		check(os.Args[2])
	case "make":
		makeAll(os.Args[2])
	default:
		log.Fatal("no such command: ", os.Args[1])
	}
}
