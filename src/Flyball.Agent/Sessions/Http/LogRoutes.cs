using System.Globalization;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Scheduling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Agent.Sessions.Http;

/// <summary>Logs of one allocation or of all of a workload's, as lines of JSON.</summary>
internal static class LogRoutes
{
    /// <summary>Written between flushes when lines come fast.</summary>
    private const int FlushBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/allocations/{id}/logs", AllocationAsync).RequireAuthorization(Policies.Read);
        api.MapGet("/workloads/{name}/logs", WorkloadAsync).RequireAuthorization(Policies.Read);
    }

    private static async Task<IResult> AllocationAsync(
        string id, HttpContext http, IResourceReader reader, IAllocationAccess access, CancellationToken cancellation)
    {
        if (Parse(http.Request.Query, out LogRequest request) is { } bad) return bad;
        Allocation[] found = AllocationLookup.ById(reader.Current, id);
        if (found.Length != 1) return AllocationLookup.Problem(id, found);
        IAsyncEnumerator<LogLine> lines = access.ReadLogsAsync(found[0].Id, request, cancellation)
            .GetAsyncEnumerator(cancellation);
        await using (lines)
        {
            return await WriteAsync(http, lines, line =>
                JsonSerializer.SerializeToUtf8Bytes(line, AgentJson.Default.LogLine), cancellation);
        }
    }

    private static async Task<IResult> WorkloadAsync(
        string name, HttpContext http, IResourceReader reader, WorkloadLogs logs, CancellationToken cancellation)
    {
        if (Parse(http.Request.Query, out LogRequest request) is { } bad) return bad;
        string[] workloads = AllocationLookup.Workloads(reader.Current, name);
        if (workloads.Length == 0) return Problems.NotFound($"There is no workload {name}.");
        if (workloads.Length > 1) return Problems.BadField("name", $"{name} may be {string.Join(" or ", workloads)}.");
        IAsyncEnumerator<WorkloadLine> lines = logs.ReadAsync(workloads[0], request, cancellation)
            .GetAsyncEnumerator(cancellation);
        await using (lines)
        {
            return await WriteAsync(http, lines, line =>
                JsonSerializer.SerializeToUtf8Bytes(line, AgentJson.Default.WorkloadLine), cancellation);
        }
    }

    private static async Task<IResult> WriteAsync<T>(
        HttpContext http, IAsyncEnumerator<T> lines, Func<T, byte[]> encode, CancellationToken cancellation)
    {
        try
        {
            // The first line is awaited before the headers go, so that a failure still has a status of its own; a
            // follower of a quiet task sees its headers at once all the same.
            ValueTask<bool> moving = lines.MoveNextAsync();
            bool ready = moving.IsCompleted;
            Task<bool> next = moving.AsTask();
            if (!ready)
                await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellation));
            if (next.IsFaulted) await next;
            http.Response.ContentType = "application/x-ndjson";
            long unflushed = 0;
            while (true)
            {
                if (!next.IsCompleted && (unflushed > 0 || !http.Response.HasStarted))
                {
                    await http.Response.BodyWriter.FlushAsync(cancellation);
                    unflushed = 0;
                }

                if (!await next) break;
                byte[] json = encode(lines.Current);
                http.Response.BodyWriter.Write(json);
                http.Response.BodyWriter.Write("\n"u8);
                unflushed += json.Length + 1;
                if (unflushed >= FlushBytes)
                {
                    await http.Response.BodyWriter.FlushAsync(cancellation);
                    unflushed = 0;
                }

                next = lines.MoveNextAsync().AsTask();
            }

            await http.Response.BodyWriter.FlushAsync(cancellation);
        }
        catch (AllocationAccessException e)
        {
            if (!http.Response.HasStarted) return Problems.Unavailable(e.Message);
            http.Abort();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The client hung up.
        }

        return Results.Empty;
    }

    private static IResult? Parse(IQueryCollection query, out LogRequest request)
    {
        request = new LogRequest();
        int? tail = null;
        long? since = null;
        if (query.TryGetValue("tail", out var tailText))
        {
            if (!int.TryParse(tailText, CultureInfo.InvariantCulture, out int lines) || lines < 0)
                return Problems.BadField("tail", "tail must be a number of lines, 0 or more.");
            tail = lines;
        }

        if (query.TryGetValue("since", out var sinceText))
        {
            if (!long.TryParse(sinceText, CultureInfo.InvariantCulture, out long at) || at < 0)
                return Problems.BadField("since", "since must be a time in Unix milliseconds.");
            since = at;
        }

        request = new LogRequest(tail, since, query.TryGetValue("follow", out var follow) && follow != "false");
        return null;
    }

    private static void Write(this System.IO.Pipelines.PipeWriter writer, ReadOnlySpan<byte> bytes) =>
        System.Buffers.BuffersExtensions.Write(writer, bytes);
}
