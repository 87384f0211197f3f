package vault

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
)

// installationName is where the seed of the installation's key lies among the
// secrets.
const installationName = "installation-key"

// InstallationKey is the key with which this terminal signs its journal. It is
// made at the first start; one process at a time may ask.
func InstallationKey(secrets Secrets) (ed25519.PrivateKey, error) {
	seed, err := secrets.Get(installationName)
	if errors.Is(err, ErrNoSecret) {
		seed = make([]byte, ed25519.SeedSize)
		rand.Read(seed)
		err = secrets.Set(installationName, seed)
	}
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	if len(seed) != ed25519.SeedSize {
		return nil, errors.New("the key of this terminal among its secrets was changed by another program: remove the secret installation-key, and the next start makes a new one")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
