using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Evaluating;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Api.Alerting;

/// <summary>Groups, rules and alerts as Prometheus' JSON has them.</summary>
internal static class RuleJson
{
    public static void Write(
        Utf8JsonWriter json, RunningGroup group, IReadOnlyList<RunningRule> rules, bool withAlerts)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, group.Spec.Name);
        json.WriteString("file"u8, group.Spec.File);
        json.WriteStartArray("rules"u8);
        foreach (RunningRule rule in rules) Write(json, rule, withAlerts);
        json.WriteEndArray();
        json.WriteNumber("interval"u8, group.Interval.TotalSeconds);
        json.WriteNumber("limit"u8, group.Spec.Limit);
        json.WriteNumber("evaluationTime"u8, group.LastDuration.TotalSeconds);
        json.WriteDate("lastEvaluation", group.LastEvaluationMs);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        json.WritePropertyName("labels"u8);
        json.WriteLabels(alert.Labels);
        json.WritePropertyName("annotations"u8);
        json.WriteLabels(alert.Annotations);
        json.WriteString("state"u8, Word(alert.State));
        json.WriteDate("activeAt", alert.ActiveAtMs);
        if (alert.KeptFiringSinceMs > 0) json.WriteDate("keepFiringSince", alert.KeptFiringSinceMs);
        json.WriteString("value"u8, GoNumber.Exponential(alert.Value));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RunningRule rule, bool withAlerts)
    {
        RuleSpec spec = rule.Spec;
        RuleStatus status = rule.Status;
        json.WriteStartObject();
        if (spec.IsAlert) WriteAlerting(json, spec, status, withAlerts);
        json.WriteString("name"u8, spec.Name);
        json.WriteString("query"u8, spec.Query);
        json.WritePropertyName("labels"u8);
        json.WriteLabels(spec.PlainLabels);
        json.WriteString("health"u8, status.Health switch
        {
            RuleHealth.Good => "ok",
            RuleHealth.Bad => "err",
            _ => "unknown",
        });
        if (status.Error.Length > 0) json.WriteString("lastError"u8, status.Error);
        json.WriteNumber("evaluationTime"u8, status.Duration.TotalSeconds);
        json.WriteDate("lastEvaluation", status.EvaluatedAtMs);
        json.WriteString("type"u8, spec.IsAlert ? "alerting" : "recording");
        json.WriteEndObject();
    }

    private static void WriteAlerting(Utf8JsonWriter json, RuleSpec spec, RuleStatus status, bool withAlerts)
    {
        Alert[] active = [.. status.Alerts.Where(alert => alert.IsActive)];
        AlertState state = active.Length == 0 ? AlertState.Inactive : active.Max(alert => alert.State);
        json.WriteString("state"u8, status.Health == RuleHealth.Unknown ? "unknown" : Word(state));
        json.WriteNumber("duration"u8, spec.For.TotalSeconds);
        json.WriteNumber("keepFiringFor"u8, spec.KeepFiringFor.TotalSeconds);
        json.WritePropertyName("annotations"u8);
        json.WriteLabels(spec.PlainAnnotations);
        json.WriteStartArray("alerts"u8);
        if (withAlerts)
            foreach (Alert alert in active) Write(json, alert);
        json.WriteEndArray();
    }

    private static string Word(AlertState state) => state switch
    {
        AlertState.Pending => "pending",
        AlertState.Firing => "firing",
        _ => "inactive",
    };
}
