using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flyball.Contracts;

namespace Flyball.Scheduling.Compose.Tests;

/// <summary>A compiled project as JSON for goldens.</summary>
internal static class ResultText
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(ComposeResult result)
    {
        var json = new JsonObject
        {
            ["project"] = result.Project,
            ["workloads"] = new JsonArray([.. result.Workloads.Select(w => JsonNode.Parse(Kinds.Workload.Encode(w)))]),
            ["routes"] = new JsonObject(
                result.Routes.Select(r => KeyValuePair.Create(r.Key, JsonNode.Parse(Kinds.Route.Encode(r.Value))))),
            ["builds"] = new JsonArray(
                [.. result.Builds.Select(b => JsonNode.Parse(JsonSerializer.Serialize(b, Indented)))]),
            ["needs"] = new JsonArray(
                [.. result.Needs.Select(n => (JsonNode)$"{n.Kind} {n.Path}{(n.Required ? "" : " (optional)")}")]),
            ["warnings"] = new JsonArray([.. result.Warnings.Select(d => (JsonNode)d.ToString())]),
            ["errors"] = new JsonArray([.. result.Errors.Select(d => (JsonNode)d.ToString())]),
        };
        if (result.Policies.Count > 0)
            json["policies"] = new JsonArray(
                [.. result.Policies.Select(p => JsonNode.Parse(Kinds.ScalePolicy.Encode(p)))]);
        return json.ToJsonString(Indented) + "\n";
    }
}
