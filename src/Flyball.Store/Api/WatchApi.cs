using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Flyball.Base.Resources;
using Microsoft.AspNetCore.Http;

namespace Flyball.Store.Api;

/// <summary>
/// <c>GET /watch?kinds=a,b&amp;after=N</c>: changes as server-sent events. Without <c>after</c> it begins with what
/// there is (<c>event: snapshot</c>); the id of each event is the revision, so a browser resumes where it was. A reader
/// too far behind gets <c>event: compacted</c> and begins again.
/// </summary>
internal static class WatchApi
{
    public static async Task WatchAsync(HttpContext context, IResourceReader store, SqliteStoreOptions options)
    {
        string[] asked = context.Request.Query["kinds"].ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string after = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } resumed ? resumed
            : context.Request.Query["after"].ToString();
        if (after.Length > 0 && !long.TryParse(after, CultureInfo.InvariantCulture, out _))
        {
            await Results.Problem($"after: '{after}' is not a revision.", statusCode: 400, title: "Bad request")
                .ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var events = new EventWriter(context.Response);
        Revision from = after.Length > 0 ? new Revision(long.Parse(after, CultureInfo.InvariantCulture))
            : await ListAsync(store, asked, options, events);
        try
        {
            await foreach (ChangeBatch batch in store.WatchAsync(asked, from, context.RequestAborted))
            {
                if (batch.Compacted) events.Add("compacted", batch.Through, null);
                foreach (ResourceChange change in batch.Changes)
                    if (options.IsShown(change.Key.Kind)) events.Add("change", change.Revision, change);
                await events.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader hung up.
        }
    }

    private static async Task<Revision> ListAsync(
        IResourceReader store, string[] kinds, SqliteStoreOptions options, EventWriter events)
    {
        ResourceSnapshot snapshot = store.Current;
        foreach (StoredResource resource in kinds.Length == 0 ? snapshot.All() : kinds.SelectMany(snapshot.List))
            if (options.IsShown(resource.Key.Kind))
                events.Add("snapshot", resource.Revision, ResourceChange.Put(resource));
        await events.FlushAsync(CancellationToken.None);
        return snapshot.Revision;
    }

    private sealed class EventWriter(HttpResponse response)
    {
        private readonly ArrayBufferWriter<byte> buffer = new(4096);

        public void Add(string name, Revision revision, ResourceChange? change)
        {
            Text($"event: {name}\nid: {revision}\ndata: ");
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteNumber("revision", revision.Value);
                if (change is { } changed)
                {
                    json.WriteString("kind", changed.Key.Kind);
                    json.WriteString("namespace", changed.Key.Namespace);
                    json.WriteString("name", changed.Key.Name);
                    json.WriteBoolean("deleted", changed.IsDelete);
                    if (changed.Current is { } current)
                    {
                        json.WritePropertyName("value");
                        json.WriteRawValue(current.Value.Span);
                    }
                }

                json.WriteEndObject();
            }

            Text("\n\n");
        }

        public async Task FlushAsync(CancellationToken cancellation)
        {
            await response.Body.WriteAsync(buffer.WrittenMemory, cancellation);
            await response.Body.FlushAsync(cancellation);
            buffer.ResetWrittenCount();
        }

        private void Text(string text) => buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }
}
