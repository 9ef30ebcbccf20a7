using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale</c> as a whole, of a service or on its own in a policy file.</summary>
internal static class PolicySection
{
    /// <summary>Gateways tell every few seconds what they are asked for.</summary>
    private static readonly TimeSpan IdleMin = TimeSpan.FromSeconds(10);

    /// <returns>The policy; null when there is none, or it cannot be read at all.</returns>
    public static ScalePolicy? Read(Field field, string workload)
    {
        if (!field.Exists) return null;
        if (field.Node is not MapNode)
        {
            field.Error("must be a mapping", "x-scale: { min: 2, max: 20, target: { cpu: 60% } }");
            return null;
        }
        int? least = field["min"].Int(0, ComposeLimits.ReplicasMax);
        int? most = field["max"].Int(1, ComposeLimits.ReplicasMax);
        if (!field["max"].Exists) field.Error("needs max", "the most replicas that may ever run");
        if (least > most) field["min"].Error("is greater than max");
        var standard = new ScalePolicy { Workload = workload, Min = 1, Max = 1 };
        var policy = new ScalePolicy
        {
            Workload = workload,
            Mode = ReadMode(field["mode"]),
            Min = least ?? standard.Min,
            Idle = ReadIdle(field["idle"], least),
            Max = most ?? standard.Max,
            Rules = RuleSection.Read(field["rules"]),
            Targets = TargetSection.Read(field["target"]),
            Tolerance = ScaleText.ReadShare(field["target"]["tolerance"], 1, orNone: true) ?? standard.Tolerance,
            Up = BehaviourSection.Read(field["behaviour"]["up"], standard.Up),
            Down = BehaviourSection.Read(field["behaviour"]["down"], standard.Down),
            Schedules = ScheduleSection.Read(field["schedules"], most),
            Prediction = PredictionSection.Read(field["predict"]),
            Objective = PredictionSection.Objective(field["slo"]),
        };
        CheckWhole(field, policy);
        return policy;
    }

    /// <summary>What can be judged only beside the rest of the service.</summary>
    public static void CheckService(Field field, ScalePolicy policy, ResourceLimits resources, bool hasRoute)
    {
        bool hasCpu = (resources.CpuLimit ?? resources.CpuReservation) > 0;
        bool hasMemory = (resources.MemoryLimitBytes ?? resources.MemoryReservationBytes) > 0;
        for (int i = 0; i < policy.Rules.Count; i++)
            Check(field["rules"], FormattableString.Invariant($"rule {i + 1}"), policy.Rules[i].Signal);
        foreach (ScaleTarget target in policy.Targets) Check(field["target"], "a target", target.Signal);
        if (policy.Min == 0 && !hasRoute && !CanComeBack(policy))
            field["min"].Warn(
                "nothing here can bring the service back from 0, so its last replica stays unless a route of another "
                + "service leads to it",
                "x-route, a schedule, or PromQL under target.queries or rules");
        if (policy.Prediction is { Demand: null } && !hasRoute)
            field["predict"].Error(
                "demand is measured at the gateway, and the service has no x-route", "name PromQL under demand");

        void Check(Field at, string what, ScaleSignal signal)
        {
            if (signal == ScaleSignal.Cpu && !hasCpu)
                at.Error($"{what} is about cpu, a share of deploy.resources.limits.cpus, which is not given");
            if (signal == ScaleSignal.Memory && !hasMemory)
                at.Error($"{what} is about memory, a share of deploy.resources.limits.memory, which is not given");
            if (ScaleText.IsOfGateway(signal) && !hasRoute)
                at.Error($"{what} is about what the gateway measures, and the service has no x-route");
        }
    }

    private static bool CanComeBack(ScalePolicy policy) =>
        policy.Schedules.Count > 0 || policy.Prediction?.Demand is not null
        || policy.Targets.Any(target => target.Signal == ScaleSignal.Query)
        || policy.Rules.Any(rule => rule is { Signal: ScaleSignal.Query, Above: true });

    private static ScaleMode ReadMode(Field field) => field.OneOf("act", "advise", "off") switch
    {
        "advise" => ScaleMode.Advise,
        "off" => ScaleMode.Off,
        _ => ScaleMode.Act,
    };

    private static TimeSpan? ReadIdle(Field field, int? least)
    {
        if (!field.Exists) return null;
        if (least != 0) field.Error("is about min: 0, the last replica, and there is none to go", "min: 0");
        return ScaleText.ReadSpan(field, IdleMin);
    }

    private static void CheckWhole(Field field, ScalePolicy policy)
    {
        bool isGuided = policy.Targets.Count > 0 || policy.Prediction is not null;
        if (!isGuided && policy.Rules.Any(rule => rule.Above) && policy.Rules.All(rule => rule.Above))
            field["rules"].Warn(
                "nothing here scales down again", "add a rule with <, a target, or predict");
    }
}
