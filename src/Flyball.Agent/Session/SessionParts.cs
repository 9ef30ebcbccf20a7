using Flyball.Agent.Nodes;
using Flyball.Agent.ServiceLinks;
using Flyball.Base.Ids;

namespace Flyball.Agent.Session;

/// <summary>What a session needs beside the allocations.</summary>
internal sealed record SessionParts(
    INodeFingerprint Fingerprint, DriverWatch Drivers, UsageCollector Usage, DataStreams Data, LinkCatalogue Catalogue,
    IdSource Ids);
