package state

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

const modelPrefix = "model "

func (d *Dir) Model() (string, error) {
	err := d.enter(modelName)
	defer d.mu.Unlock()
	var keyword string
	if err == nil {
		keyword, err = d.readModel()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("chassis model: %w", bare(err))
	}
	return keyword, nil
}

func (d *Dir) readModel() (string, error) {
	data, err := d.read(modelName)
	if err != nil {
		return "", err
	}
	body, ok := unseal(data)
	keyword, found := strings.CutPrefix(strings.TrimSuffix(string(body), "\n"), modelPrefix)
	if !ok || !found {
		return "", d.damaged(modelName, "wrong content or checksum")
	}
	return keyword, nil
}

func (d *Dir) SetModel(keyword string) error {
	err := d.enter(modelName)
	defer d.mu.Unlock()
	if err == nil {
		err = d.replace(modelName, seal([]byte(modelPrefix+keyword+"\n")), 0o600)
	}
	if err != nil {
		return fmt.Errorf("chassis model: %w", bare(err))
	}
	return nil
}

func (m *Memory) Model() (string, error) {
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return "", fmt.Errorf("chassis model: %w", err)
	}
	return m.model, nil
}

func (m *Memory) SetModel(keyword string) error {
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return fmt.Errorf("chassis model: %w", err)
	}
	m.model = keyword
	return nil
}
