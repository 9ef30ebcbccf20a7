using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Backtesting.Manifests;

/// <summary>
/// What a simulated replica that is fully busy does in the units of a policy. A recorded load says nothing about what a
/// replica carries; where a target states a number, it counts as the one at which a replica is as busy as it should be.
/// </summary>
/// <param name="Requests">Requests a second, or what the policy's own demand counts.</param>
/// <param name="Concurrency">Requests in progress.</param>
/// <param name="Assumption">What was taken for granted, for people; empty when nothing was.</param>
internal sealed record SimulatedReplica(double Requests, double Concurrency, string Assumption)
{
    private const double StandardUtilisation = 0.8;

    public static SimulatedReplica For(ScalePolicy policy)
    {
        var busy = policy.Objective.Utilisation
            ?? policy.Targets.FirstOrDefault(target => target.Signal == ScaleSignal.Cpu)?.Value ?? StandardUtilisation;
        var requests = policy.Targets.FirstOrDefault(target =>
            target.PerReplica && target.Signal is ScaleSignal.RequestsPerSecond or ScaleSignal.Query);
        var concurrency = policy.Targets.FirstOrDefault(target => target.Signal == ScaleSignal.Concurrency);
        var stated = requests ?? concurrency;
        return new SimulatedReplica(
            (requests?.Value ?? busy) / busy,
            concurrency is null ? StaffingTable.DefaultWorkers : concurrency.Value / busy,
            stated is null
                ? ""
                : $"a replica at its {PolicyText.Of(stated)} counts as {PolicyText.Share(busy)} busy; "
                    + "slo: { utilisation: … } says otherwise");
    }
}
