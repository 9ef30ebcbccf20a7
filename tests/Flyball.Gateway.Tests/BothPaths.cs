using Flyball.Gateway.Tests.FastPath;
using Flyball.Gateway.Tests.Forwarding;
using Flyball.Gateway.Tests.Security;
using Flyball.Gateway.Tests.Serving;

// Every test of what a gateway does runs over every way through it: a user must not be able to tell them apart.
namespace Flyball.Gateway.Tests;

public sealed class ForwardingOnLoops() : ForwardingTests(Way.Loops);

public sealed class ForwardingOnKestrel() : ForwardingTests(Way.Kestrel);

public sealed class ForwardingOverTlsOnLoops() : ForwardingTests(Way.SecureLoops);

public sealed class ForwardingOverTlsOnKestrel() : ForwardingTests(Way.SecureKestrel);

public sealed class ForwardingThroughTunnels() : ForwardingTests(Way.Tunnel);

public sealed class FaultsOnLoops() : FaultTests(Way.Loops);

public sealed class FaultsOnKestrel() : FaultTests(Way.Kestrel);

public sealed class FaultsOverTlsOnLoops() : FaultTests(Way.SecureLoops);

public sealed class FaultsOverTlsOnKestrel() : FaultTests(Way.SecureKestrel);

public sealed class FaultsThroughTunnels() : FaultTests(Way.Tunnel);

public sealed class StreamingOnLoops() : StreamingTests(Way.Loops);

public sealed class StreamingOnKestrel() : StreamingTests(Way.Kestrel);

public sealed class StreamingOverTlsOnLoops() : StreamingTests(Way.SecureLoops);

public sealed class StreamingOverTlsOnKestrel() : StreamingTests(Way.SecureKestrel);

public sealed class StreamingThroughTunnels() : StreamingTests(Way.Tunnel);

public sealed class DrainOnLoops() : DrainTests(Way.Loops);

public sealed class DrainOnKestrel() : DrainTests(Way.Kestrel);

public sealed class DrainOverTlsOnLoops() : DrainTests(Way.SecureLoops);

public sealed class DrainOverTlsOnKestrel() : DrainTests(Way.SecureKestrel);

public sealed class DrainThroughTunnels() : DrainTests(Way.Tunnel);

public sealed class WaitingOnLoops() : WaitingTests(Way.Loops);

public sealed class WaitingOnKestrel() : WaitingTests(Way.Kestrel);

public sealed class WaitingOverTlsOnLoops() : WaitingTests(Way.SecureLoops);

public sealed class WaitingOverTlsOnKestrel() : WaitingTests(Way.SecureKestrel);

public sealed class ProtocolOnLoops() : ProtocolTests(Way.Loops);

public sealed class ProtocolOnKestrel() : ProtocolTests(Way.Kestrel);

public sealed class ProtocolOverTlsOnLoops() : ProtocolTests(Way.SecureLoops);

public sealed class ProtocolOverTlsOnKestrel() : ProtocolTests(Way.SecureKestrel);

public sealed class ProtocolThroughTunnels() : ProtocolTests(Way.Tunnel);

public sealed class SmugglingOnLoops() : SmugglingTests(Way.Loops);

public sealed class SmugglingOnKestrel() : SmugglingTests(Way.Kestrel);

public sealed class SmugglingOverTlsOnLoops() : SmugglingTests(Way.SecureLoops);

public sealed class SmugglingOverTlsOnKestrel() : SmugglingTests(Way.SecureKestrel);

public sealed class ConnectionsOnLoops() : ConnectionTests(Way.Loops);

public sealed class ConnectionsOnKestrel() : ConnectionTests(Way.Kestrel);

public sealed class ConnectionsOverTlsOnLoops() : ConnectionTests(Way.SecureLoops);

public sealed class ConnectionsOverTlsOnKestrel() : ConnectionTests(Way.SecureKestrel);

public sealed class ConnectionsThroughTunnels() : ConnectionTests(Way.Tunnel);

public sealed class RoutingOnLoops() : RoutingTests(Way.Loops);

public sealed class RoutingOnKestrel() : RoutingTests(Way.Kestrel);

public sealed class RoutingOverTlsOnLoops() : RoutingTests(Way.SecureLoops);

public sealed class RoutingOverTlsOnKestrel() : RoutingTests(Way.SecureKestrel);

public sealed class BalancingOnLoops() : BalancingTests(Way.Loops);

public sealed class BalancingOnKestrel() : BalancingTests(Way.Kestrel);

public sealed class BalancingOverTlsOnLoops() : BalancingTests(Way.SecureLoops);

public sealed class BalancingOverTlsOnKestrel() : BalancingTests(Way.SecureKestrel);

public sealed class LimitsOnLoops() : LimitTests(Way.Loops);

public sealed class LimitsOnKestrel() : LimitTests(Way.Kestrel);

public sealed class LimitsOverTlsOnLoops() : LimitTests(Way.SecureLoops);

public sealed class LimitsOverTlsOnKestrel() : LimitTests(Way.SecureKestrel);

public sealed class TrafficOnLoops() : TrafficTests(Way.Loops);

public sealed class TrafficOnKestrel() : TrafficTests(Way.Kestrel);

public sealed class TrafficOverTlsOnLoops() : TrafficTests(Way.SecureLoops);

public sealed class TrafficOverTlsOnKestrel() : TrafficTests(Way.SecureKestrel);

public sealed class PoliciesOnLoops() : PolicyTests(Way.Loops);

public sealed class PoliciesOnKestrel() : PolicyTests(Way.Kestrel);

public sealed class PoliciesOverTlsOnLoops() : PolicyTests(Way.SecureLoops);

public sealed class PoliciesOverTlsOnKestrel() : PolicyTests(Way.SecureKestrel);

public sealed class ConsumerUseOnLoops() : ConsumerUseTests(Way.Loops);

public sealed class ConsumerUseOnKestrel() : ConsumerUseTests(Way.Kestrel);

public sealed class ConsumerUseOverTlsOnLoops() : ConsumerUseTests(Way.SecureLoops);

public sealed class ConsumerUseOverTlsOnKestrel() : ConsumerUseTests(Way.SecureKestrel);

public sealed class TargetsOnLoops() : TargetTests(Way.Loops);

public sealed class TargetsOnKestrel() : TargetTests(Way.Kestrel);

public sealed class TargetsOverTlsOnLoops() : TargetTests(Way.SecureLoops);

public sealed class TargetsOverTlsOnKestrel() : TargetTests(Way.SecureKestrel);

public sealed class TargetsThroughTunnels() : TargetTests(Way.Tunnel);

public sealed class BypassOnLoops() : BypassTests(Way.Loops);

public sealed class BypassOnKestrel() : BypassTests(Way.Kestrel);

public sealed class BypassOverTlsOnLoops() : BypassTests(Way.SecureLoops);

public sealed class BypassOverTlsOnKestrel() : BypassTests(Way.SecureKestrel);
