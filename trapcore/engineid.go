package trapcore

import (
	"errors"
	"fmt"

	"mirrorsh/trapcore/snmp"
)

var (
	// errEngineTaken is the error of an engine ID that another virtual router has,
	// or has by default.
	errEngineTaken = errors.New("engine ID belongs to another virtual router")
	// errEngineID is the error of an engine ID whose boots cannot be recorded.
	errEngineID = errors.New("engine ID not set")
)

func (r *Router) defaultEngineID(uid uint32) snmp.EngineID { return snmp.NewEngineID(r.opts.MAC, uid) }

// defaultEngineID returns the engine ID that nobody has set.
func (v *VirtualRouter) defaultEngineID() snmp.EngineID { return v.router.defaultEngineID(v.UID()) }

// EngineTime reads boots and time of the engine.
func (v *VirtualRouter) EngineTime() snmp.Stamp { return v.engine.Identity().Of(v.router.engine.Now()) }

// ConfiguredEngineID returns the engine ID that was set, "" if none was.
func (v *VirtualRouter) ConfiguredEngineID() snmp.EngineID {
	if id := v.EngineID(); id != v.defaultEngineID() {
		return id
	}
	return ""
}

// SetEngineID sets snmpEngineID, "" for the default one. The boots of one that
// was never used begin at 1, those of others go on (RFC 3414 section 2.2.2).
// Users keep their master keys, which are localised anew. Errors wrap
// [snmp.ErrEngineID], [errEngineTaken] or [errEngineID].
func (v *VirtualRouter) SetEngineID(id snmp.EngineID) error {
	to := snmp.Identity{ID: id}
	if id == "" || id == v.defaultEngineID() {
		to.ID = v.defaultEngineID()
	} else if err := id.Valid(); err != nil {
		return err
	} else if err := v.router.free(v, id); err != nil {
		return err
	} else if before := v.router.opts.BootsBefore; before != nil {
		if to.Before, err = before(string(id)); err != nil {
			return errors.Join(errEngineID, err)
		}
	}
	return v.router.setIdentity(v, to)
}

// setIdentity gives a virtual router an identity that no other one has.
func (r *Router) setIdentity(v *VirtualRouter, to snmp.Identity) error {
	r.naming.Lock()
	defer r.naming.Unlock()
	if err := r.free(v, to.ID); err != nil { // others were set meanwhile
		return err
	}
	if old := v.EngineID(); old != to.ID {
		v.engine.Set(to)
		r.responder.Renamed(v.agent, old)
		v.users.Forget(old)
	}
	return nil
}

// free reports that no other virtual router has an engine ID, nor can have it by
// default.
func (r *Router) free(v *VirtualRouter, id snmp.EngineID) error {
	if o := r.responder.Holder(id); o != nil && o != v.agent {
		return fmt.Errorf("%w: %s", errEngineTaken, o.Router())
	}
	if uid, ok := snmp.RouterUID(id, r.opts.MAC); ok && uid != v.UID() {
		return errEngineTaken
	}
	return nil
}
