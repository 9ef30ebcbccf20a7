using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Rules;
using Flyball.Metrics.Rules.Evaluating;
using Flyball.Metrics.Rules.Notifying;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Alerting;

/// <summary><c>rules</c>, <c>alerts</c> and <c>alertmanagers</c>.</summary>
internal sealed class RulesApi(MetricsOptions options, RuleEngine engine)
{
    public async Task RulesAsync(HttpContext context)
    {
        RuleFilter filter = RuleFilter.Read(await ApiParameters.ReadAsync(context));
        (IReadOnlyList<(RunningGroup Group, IReadOnlyList<RunningRule> Rules)> page, string? next) =
            filter.Apply(engine.Groups);
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("groups"u8);
            foreach ((RunningGroup group, IReadOnlyList<RunningRule> rules) in page)
                RuleJson.Write(json, group, rules, filter.WithAlerts);
            json.WriteEndArray();
            if (next is not null) json.WriteString("groupNextToken"u8, next);
            json.WriteEndObject();
        });
    }

    public Task AlertsAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("alerts"u8);
        foreach (RunningRule rule in engine.Groups.SelectMany(group => group.Rules))
            foreach (Alert alert in rule.Status.Alerts.Where(alert => alert.IsActive)) RuleJson.Write(json, alert);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public Task AlertmanagersAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("activeAlertmanagers"u8);
        foreach (Uri address in options.Alertmanagers)
        {
            json.WriteStartObject();
            var shown = new UriBuilder(AlertmanagerClient.Endpoint(address)) { UserName = "", Password = "" };
            json.WriteString("url"u8, shown.Uri.AbsoluteUri);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("droppedAlertmanagers"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
