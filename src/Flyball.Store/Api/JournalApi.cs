using System.Globalization;
using System.Text.Json;
using Flyball.Base.Resources;
using Microsoft.AspNetCore.Http;

namespace Flyball.Store.Api;

/// <summary><c>GET /journal/{events|decisions|audit}</c>: rows of the append-only tables, oldest first.</summary>
internal static class JournalApi
{
    private const int LimitMax = 10_000;

    private static readonly string[] Tables = [JournalTables.Events, JournalTables.Decisions, JournalTables.Audit];

    /// <summary>
    /// Query: <c>limit</c> (200), <c>after</c> (a sequence), <c>newest</c>, <c>subject</c> (<c>kind/name</c>),
    /// <c>workload</c> (a name, with or without its project: what it and its allocations were recorded under).
    /// </summary>
    public static async Task ListAsync(HttpContext context, IJournal journal)
    {
        string table = (string)context.Request.RouteValues["table"]!;
        if (!Tables.Contains(table))
        {
            await Results.Problem($"There is no table '{table}'; there are: {string.Join(", ", Tables)}.",
                statusCode: 404).ExecuteAsync(context);
            return;
        }

        if (QueryOf(context.Request.Query, table, out string? problem) is not { } query)
        {
            await Results.Problem(problem, statusCode: 400, title: "Bad request").ExecuteAsync(context);
            return;
        }

        string? workload = context.Request.Query["workload"];
        // A workload's rows are recorded under it and under its allocations: the value names it, so more are read than
        // shown.
        IReadOnlyList<JournalRow> rows = await journal.ReadAsync(
            string.IsNullOrEmpty(workload) ? query : query with { Limit = LimitMax }, context.RequestAborted);
        await WriteAsync(context, string.IsNullOrEmpty(workload) ? rows
            : [.. rows.Where(row => Concerns(row, workload)).TakeLast(query.Limit)]);
    }

    private static JournalQuery? QueryOf(IQueryCollection values, string table, out string? problem)
    {
        problem = null;
        var query = new JournalQuery(table);
        if (values["limit"].ToString() is { Length: > 0 } limit)
        {
            if (!int.TryParse(limit, CultureInfo.InvariantCulture, out int rows) || rows is < 1 or > LimitMax)
            {
                problem = $"limit: '{limit}' is not a number from 1 to {LimitMax}.";
                return null;
            }

            query = query with { Limit = rows };
        }

        if (values["after"].ToString() is { Length: > 0 } after)
        {
            if (!long.TryParse(after, CultureInfo.InvariantCulture, out long sequence))
            {
                problem = $"after: '{after}' is not a sequence number.";
                return null;
            }

            query = query with { AfterSequence = sequence };
        }

        if (values["subject"].ToString() is { Length: > 0 } subject)
        {
            int slash = subject.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0)
            {
                problem = $"subject: '{subject}' is not kind/name.";
                return null;
            }

            query = query with { SubjectKind = subject[..slash], SubjectName = subject[(slash + 1)..] };
        }

        return query with { Newest = values["newest"].ToString() is "true" or "1" };
    }

    private static bool Concerns(JournalRow row, string workload)
    {
        using JsonDocument value = JsonDocument.Parse(row.Entry.Value);
        string? named = value.RootElement.TryGetProperty("workload", out JsonElement found) ? found.GetString()
            : row.Entry.Subject.Name;
        return named is not null && (named == workload || named.EndsWith("." + workload, StringComparison.Ordinal));
    }

    private static async Task WriteAsync(HttpContext context, IReadOnlyList<JournalRow> rows)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.Body);
        writer.WriteStartArray();
        foreach (JournalRow row in rows)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", row.Sequence);
            writer.WriteNumber("atUnixMs", row.Entry.AtUnixMs);
            writer.WriteString("subject", $"{row.Entry.Subject.Kind}/{row.Entry.Subject.Name}");
            writer.WritePropertyName("value");
            writer.WriteRawValue(row.Entry.Value.Span);
            writer.WriteEndObject();
            if (writer.BytesPending > 16_384) await writer.FlushAsync(context.RequestAborted);
        }

        writer.WriteEndArray();
        await writer.FlushAsync(context.RequestAborted);
    }
}
