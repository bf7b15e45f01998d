/*
 * Sends SNMPv3 traps with the net-snmp library, for comparison: snmp_send in a
 * loop, authPriv with SHA and AES-128.
 *
 *   netsnmp_trap PEER ENGINE-ID-HEX USER AUTH-PASS PRIV-PASS CONTEXT
 *
 * Standard input: first the varbinds, one a line as "OID TYPE VALUE" with the
 * types of snmp_add_var, then a line "go"; after it, for each line with a number
 * so many traps are sent and the number is printed.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
fail(const char *what)
{
	fprintf(stderr, "netsnmp_trap: %s\n", what);
	exit(1);
}

static size_t
unhex(const char *hex, u_char *out, size_t max)
{
	size_t n = strlen(hex) / 2;
	if (n > max)
		fail("engine ID too long");
	for (size_t i = 0; i < n; i++) {
		unsigned v;
		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			fail("engine ID is no hex");
		out[i] = (u_char)v;
	}
	return n;
}

int
main(int argc, char **argv)
{
	if (argc != 7)
		fail("wrong arguments");
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_set_mib_directory("");
	setenv("MIBS", "", 1);
	init_snmp("netsnmp_trap");

	netsnmp_session s, *ss;
	u_char engine[32];
	snmp_sess_init(&s);
	s.version = SNMP_VERSION_3;
	s.peername = argv[1];
	s.securityModel = USM_SEC_MODEL_NUMBER;
	s.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
	s.securityName = argv[3];
	s.securityNameLen = strlen(argv[3]);
	s.securityEngineIDLen = unhex(argv[2], engine, sizeof(engine));
	s.securityEngineID = engine;
	s.contextEngineIDLen = s.securityEngineIDLen;
	s.contextEngineID = engine;
	s.contextName = argv[6];
	s.contextNameLen = strlen(argv[6]);
	s.securityAuthProto = usmHMACSHA1AuthProtocol;
	s.securityAuthProtoLen = USM_AUTH_PROTO_SHA_LEN;
	s.securityAuthKeyLen = USM_AUTH_KU_LEN;
	s.securityPrivProto = usmAESPrivProtocol;
	s.securityPrivProtoLen = USM_PRIV_PROTO_AES_LEN;
	s.securityPrivKeyLen = USM_PRIV_KU_LEN;
	s.engineBoots = 7;
	s.engineTime = 1;
	if (generate_Ku(s.securityAuthProto, s.securityAuthProtoLen, (u_char *)argv[4], strlen(argv[4]), s.securityAuthKey,
	        &s.securityAuthKeyLen) != SNMPERR_SUCCESS ||
	    generate_Ku(s.securityAuthProto, s.securityAuthProtoLen, (u_char *)argv[5], strlen(argv[5]), s.securityPrivKey,
	        &s.securityPrivKeyLen) != SNMPERR_SUCCESS)
		fail("no keys");
	if ((ss = snmp_open(&s)) == NULL)
		fail("no session");

	netsnmp_pdu *model = snmp_pdu_create(SNMP_MSG_TRAP2);
	char line[1024];
	while (fgets(line, sizeof(line), stdin) != NULL && strcmp(line, "go\n") != 0) {
		oid name[MAX_OID_LEN];
		size_t len = MAX_OID_LEN;
		char text[256], type;
		int at = 0;
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%255s %c %n", text, &type, &at) != 2 || at == 0)
			fail("varbind not understood");
		if (snmp_parse_oid(text, name, &len) == NULL || snmp_add_var(model, name, len, type, line + at) != 0)
			fail(line);
	}
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		long n = atol(line);
		for (long i = 0; i < n; i++) {
			/* snmp_send takes the PDU, so each trap is a copy of the model. */
			netsnmp_pdu *pdu = snmp_clone_pdu(model);
			if (pdu == NULL || snmp_send(ss, pdu) == 0)
				fail("trap not sent");
		}
		printf("%ld\n", n);
		fflush(stdout);
	}
	snmp_free_pdu(model);
	snmp_close(ss);
	return 0;
}
