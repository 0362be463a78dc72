"""ADDRESS CA HOST…: certificate and protocol versions of each host, as our own audit asks for them."""

import sys
from pathlib import Path

import sslyze

from bench.peers.timed import report

address, ca, *hosts = sys.argv[1:]
COMMANDS = {
    sslyze.ScanCommand.CERTIFICATE_INFO,
    sslyze.ScanCommand.TLS_1_0_CIPHER_SUITES,
    sslyze.ScanCommand.TLS_1_1_CIPHER_SUITES,
    sslyze.ScanCommand.TLS_1_2_CIPHER_SUITES,
    sslyze.ScanCommand.TLS_1_3_CIPHER_SUITES,
}
EXTRA = sslyze.ScanCommandsExtraArguments(certificate_info=sslyze.CertificateInfoExtraArgument(custom_ca_file=Path(ca)))


def scan() -> None:
    scanner = sslyze.Scanner()
    scanner.queue_scans(
        [
            sslyze.ServerScanRequest(
                server_location=sslyze.ServerNetworkLocation(hostname=host, port=443, ip_address=address),
                scan_commands=COMMANDS,
                scan_commands_extra_arguments=EXTRA,
            )
            for host in hosts
        ]
    )
    for result in scanner.get_results():
        assert result.scan_status is sslyze.ServerScanStatusEnum.COMPLETED


report(scan)
