using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Evaluating;
using Flyball.Metrics.Rules.Templating;

namespace Flyball.Metrics.Rules.Notifying;

/// <summary>An alert as receivers get it.</summary>
internal sealed record OutgoingAlert(
    Labels Labels, Labels Annotations, long StartsAtMs, long EndsAtMs, string GeneratorUrl)
{
    /// <param name="alert">A firing or a resolved alert.</param>
    /// <param name="externalLabels">Labels of this server; the alert's own win.</param>
    /// <param name="externalUrl">This server's address.</param>
    /// <param name="query">The rule's expression.</param>
    public static OutgoingAlert From(Alert alert, Labels externalLabels, string externalUrl, string query)
    {
        var labels = new LabelsBuilder(externalLabels);
        foreach (ref readonly Label label in alert.Labels.Items) labels.Set(label.Name, label.Value);
        return new OutgoingAlert(
            labels.ToLabels(), alert.Annotations, alert.FiredAtMs,
            alert.ResolvedAtMs > 0 ? alert.ResolvedAtMs : alert.ValidUntilMs,
            externalUrl.TrimEnd('/') + RuleLinks.Table(query));
    }

    /// <summary>In the form of Alertmanager's API, version 2.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WritePropertyName("labels"u8);
        json.WriteLabels(Labels);
        json.WritePropertyName("annotations"u8);
        json.WriteLabels(Annotations);
        json.WriteDate("startsAt", StartsAtMs);
        json.WriteDate("endsAt", EndsAtMs);
        json.WriteString("generatorURL"u8, GeneratorUrl);
        json.WriteEndObject();
    }
}
