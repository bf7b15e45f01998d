package snmp

import "testing"

// TestKeyExtension: the two differ where a key is longer than the hash, and only
// there; what there is of the hash stays in front.
func TestKeyExtension(t *testing.T) {
	id := testEngineID
	for _, auth := range AuthProtocols() {
		ku, err := MasterKey(auth, privPass)
		if err != nil {
			t.Fatal(err)
		}
		kul := localize(auth, ku, id)
		for blumenthal, reeder := range map[PrivProtocol]PrivProtocol{AES192: AES192C, AES256: AES256C} {
			b, r := localizePriv(auth, blumenthal, ku, id), localizePriv(auth, reeder, ku, id)
			longer := blumenthal.KeyLen() > auth.KeyLen()
			if same := string(b) == string(r); same == longer || len(b) != len(r) || len(r) != reeder.KeyLen() {
				t.Errorf("%v, %v: the same: %v", auth, reeder, same)
			}
			if n := min(len(kul), len(r)); string(r[:n]) != string(kul[:n]) {
				t.Errorf("%v, %v does not begin with Kul", auth, reeder)
			}
			for p, name := range map[PrivProtocol]string{blumenthal: "Blumenthal", reeder: "Reeder"} {
				if !longer {
					name = ""
				}
				if u := (User{Auth: auth, Priv: p}); u.KeyExtension() != name {
					t.Errorf("%v, %v: extension %q", auth, p, u.KeyExtension())
				}
			}
		}
	}
}
