namespace Flyball.Contracts.Autoscaling;

/// <summary>
/// Which workloads that may be without a replica a gateway was asked for since its last report: those that had
/// requests, have some in flight, or have some that wait.
/// </summary>
/// <param name="AppliedRevision">
/// The store's revision that the gateway serves by: of policies that are newer it does not know yet.
/// </param>
/// <param name="Waiting">By workload, the requests that wait for an instance; 0 for one that is asked for.</param>
/// <param name="IsCut">There were too many to name all: one that is not named may have been asked for, too.</param>
public sealed record GatewayDemand(
    long AppliedRevision, IReadOnlyDictionary<string, int> Waiting, bool IsCut = false);
