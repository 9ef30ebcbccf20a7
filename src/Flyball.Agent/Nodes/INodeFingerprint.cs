using Flyball.Contracts.Agent;

namespace Flyball.Agent.Nodes;

/// <summary>What this machine is and can do.</summary>
internal interface INodeFingerprint
{
    ValueTask<Node> ReadAsync(CancellationToken cancellation);
}
