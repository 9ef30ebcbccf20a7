using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>A rule with what it remembers. Evaluated by its group only; the status may be read by anybody.</summary>
internal abstract class RunningRule(RuleSpec spec)
{
    private volatile RuleStatus status = RuleStatus.New;

    public RuleSpec Spec => spec;

    public RuleStatus Status
    {
        get => status;
        set => status = value;
    }

    /// <summary>The series that the last good evaluation wrote.</summary>
    public HashSet<Labels> Written { get; set; } = [];

    /// <summary>The rule's alerts; empty for recording rules.</summary>
    public virtual IReadOnlyList<Alert> Alerts => [];

    public static RunningRule Create(RuleSpec spec) => spec.IsAlert ? new AlertingRule(spec) : new RecordingRule(spec);

    public abstract RuleOutcome Evaluate(RuleContext context);

    /// <summary>Goes on where the same rule of an earlier version of its file was.</summary>
    public virtual void CopyFrom(RunningRule other)
    {
        Status = other.Status;
        Written = other.Written;
    }
}
