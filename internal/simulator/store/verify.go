// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// The layout of bbolt's pages. Numbers have the byte order of the machine.
const (
	headerSize   = 16 // ID, flags, count, overflow
	elementSize  = 16 // of a branch or leaf
	bucketSize   = 16 // root page, sequence
	metaSize     = 64
	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagBucket   = 0x01 // of an element of a leaf
	minPageSize  = 512
	maxPageSize  = 64 << 10
	metaPageSize = headerSize + 8 // offset of the page size
	metaRoot     = headerSize + 16
	metaPages    = headerSize + 40
	metaTx       = headerSize + 48
	metaSum      = headerSize + 56
)

// verifier walks the pages of a file. bbolt itself reads beyond the end of a file that was cut, and
// recurses without end in a file whose pages form a circle. Neither can be recovered.
type verifier struct {
	file     []byte
	pageSize int
	pages    uint64 // number of pages in use
	seen     map[uint64]bool
}

// verify reports damage of the pages of a file.
func verify(file []byte) error {
	v := verifier{file: file, seen: map[uint64]bool{}}
	root, err := v.readMeta()
	if err != nil {
		return err
	}
	if have := uint64(len(file)); have/uint64(v.pageSize) < v.pages { //nolint:gosec // readMeta checks the size
		return fmt.Errorf("the file was cut: it has %d bytes of at least %d", have,
			v.pages*uint64(v.pageSize)) //nolint:gosec // readMeta checks the size
	}
	return v.page(root)
}

// readMeta reads the newer valid meta page, and returns the root page.
func (v *verifier) readMeta() (root uint64, err error) {
	newest, found := uint64(0), false
	for _, size := range []int{minPageSize, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, maxPageSize} {
		for _, at := range []int{0, size} {
			if len(v.file) < at+headerSize+metaSize {
				continue
			}
			meta := v.file[at:]
			sum := fnv.New64a()
			_, _ = sum.Write(meta[headerSize:metaSum])
			tx := binary.NativeEndian.Uint64(meta[metaTx:])
			if sum.Sum64() != binary.NativeEndian.Uint64(meta[metaSum:]) || (found && tx < newest) ||
				binary.NativeEndian.Uint32(meta[metaPageSize:]) != uint32(size) { //nolint:gosec // it is small
				continue
			}
			newest, found, v.pageSize = tx, true, size
			root, v.pages = binary.NativeEndian.Uint64(meta[metaRoot:]), binary.NativeEndian.Uint64(meta[metaPages:])
		}
	}
	if !found {
		return 0, errors.New("it is not a store, or its first pages are damaged")
	}
	return root, nil
}

// page verifies a page and what is below it.
func (v *verifier) page(id uint64) error {
	if id < 2 || id >= v.pages || v.seen[id] {
		return fmt.Errorf("page %d is out of place", id)
	}
	v.seen[id] = true
	start := int(id) * v.pageSize //nolint:gosec // the file is larger
	overflow := uint64(binary.NativeEndian.Uint32(v.file[start+12:]))
	if binary.NativeEndian.Uint64(v.file[start:]) != id || id+overflow >= v.pages {
		return fmt.Errorf("page %d is damaged", id)
	}
	end := start + (int(overflow)+1)*v.pageSize //nolint:gosec // the file is larger
	if err := v.elements(v.file[start:end]); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements verifies the elements of a page, or of a bucket that is part of a value.
func (v *verifier) elements(page []byte) error {
	if len(page) < headerSize {
		return errors.New("it is too short")
	}
	flags, count := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	if (flags != flagBranch && flags != flagLeaf) || headerSize+count*elementSize > len(page) ||
		(flags == flagBranch && count == 0) {
		return errors.New("its header is damaged")
	}
	for i := range count {
		at := headerSize + i*elementSize
		number := func(field int) uint64 { return uint64(binary.NativeEndian.Uint32(page[at+4*field:])) }
		position, key, value := number(0), number(1), uint64(0)
		if flags == flagLeaf {
			position, key, value = number(1), number(2), number(3)
		}
		begin := uint64(at) + position //nolint:gosec // it is positive
		if begin+key+value > uint64(len(page)) {
			return fmt.Errorf("element %d is damaged", i)
		}
		if flags == flagBranch {
			if err := v.page(binary.NativeEndian.Uint64(page[at+8:])); err != nil {
				return err
			}
			continue
		}
		if number(0) == flagBucket {
			if err := v.bucket(page[begin+key : begin+key+value]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifier) bucket(value []byte) error {
	if len(value) < bucketSize {
		return errors.New("a bucket is damaged")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return v.page(root)
	}
	return v.elements(value[bucketSize:])
}
