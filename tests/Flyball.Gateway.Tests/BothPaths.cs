using Flyball.Gateway.Tests.FastPath;
using Flyball.Gateway.Tests.Forwarding;
using Flyball.Gateway.Tests.Serving;

// Every test of what a gateway does runs over both ways through it: a user must not be able to tell them apart.
namespace Flyball.Gateway.Tests;

public sealed class ForwardingOnLoops() : ForwardingTests(fast: true);

public sealed class ForwardingOnKestrel() : ForwardingTests(fast: false);

public sealed class FaultsOnLoops() : FaultTests(fast: true);

public sealed class FaultsOnKestrel() : FaultTests(fast: false);

public sealed class StreamingOnLoops() : StreamingTests(fast: true);

public sealed class StreamingOnKestrel() : StreamingTests(fast: false);

public sealed class DrainOnLoops() : DrainTests(fast: true);

public sealed class DrainOnKestrel() : DrainTests(fast: false);

public sealed class ProtocolOnLoops() : ProtocolTests(fast: true);

public sealed class ProtocolOnKestrel() : ProtocolTests(fast: false);

public sealed class SmugglingOnLoops() : SmugglingTests(fast: true);

public sealed class SmugglingOnKestrel() : SmugglingTests(fast: false);

public sealed class ConnectionsOnLoops() : ConnectionTests(fast: true);

public sealed class ConnectionsOnKestrel() : ConnectionTests(fast: false);
