using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale</c> as a whole, of a service or on its own in a policy file.</summary>
internal static class PolicySection
{
    /// <returns>The policy; null when there is none, or it cannot be read at all.</returns>
    public static ScalePolicy? Read(Field field, string workload)
    {
        if (!field.Exists) return null;
        if (field.Node is not MapNode)
        {
            field.Error("must be a mapping", "x-scale: { min: 2, max: 20, target: { cpu: 60% } }");
            return null;
        }
        int? least = ReadMin(field["min"]);
        int? most = field["max"].Int(1, ComposeLimits.ReplicasMax);
        if (!field["max"].Exists) field.Error("needs max", "the most replicas that may ever run");
        if (least > most) field["min"].Error("is greater than max");
        var standard = new ScalePolicy { Workload = workload, Min = 1, Max = 1 };
        var policy = new ScalePolicy
        {
            Workload = workload,
            Mode = ReadMode(field["mode"]),
            Min = least ?? standard.Min,
            Max = most ?? standard.Max,
            Rules = RuleSection.Read(field["rules"]),
            Targets = TargetSection.Read(field["target"]),
            Tolerance = ScaleText.ReadShare(field["target"]["tolerance"], 1) ?? standard.Tolerance,
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

    private static ScaleMode ReadMode(Field field) => field.OneOf("act", "advise", "off") switch
    {
        "advise" => ScaleMode.Advise,
        "off" => ScaleMode.Off,
        _ => ScaleMode.Act,
    };

    private static int? ReadMin(Field field)
    {
        int? least = field.Int(0, ComposeLimits.ReplicasMax);
        if (least != 0) return least;
        field.Error("must be at least 1: scaling to zero is not built yet");
        return null;
    }

    private static void CheckWhole(Field field, ScalePolicy policy)
    {
        bool isGuided = policy.Targets.Count > 0 || policy.Prediction is not null;
        if (!isGuided && policy.Rules.Any(rule => rule.Above) && policy.Rules.All(rule => rule.Above))
            field["rules"].Warn(
                "nothing here scales down again", "add a rule with <, a target, or predict");
    }
}
