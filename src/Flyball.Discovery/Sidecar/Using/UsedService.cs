using Flyball.Discovery.Sidecar.Relaying;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>A local port that is open, and what it follows.</summary>
internal sealed record UsedService(UsePort Port, RelayDoor Door, ServiceFollower Follower);
