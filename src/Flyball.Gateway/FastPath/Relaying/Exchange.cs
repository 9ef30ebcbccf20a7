using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// One request on its way: the loops' counterpart of the application and the forwarder, with the same policies, counts
/// and words. It belongs to one client connection at a time and is used again.
/// </summary>
internal sealed class Exchange : ILinked<Exchange>
{
    private const int ClientClosedRequest = 499;

    private readonly ExchangeDeadlines deadlines;
    private Refusal? refusal;
    private ExchangeTrace trace;
    private ExchangeFacts? facts;
    private bool isClientGone;
    private bool keepsClient;
    private bool takesJson;
    private long? announcedBytes;
    private long startedAt;
    private int status;

    public Exchange(EventLoop loop)
    {
        Loop = loop;
        Request = new RequestRelay(this);
        Answer = new AnswerRelay(this);
        deadlines = new ExchangeDeadlines(this);
        Tries = new Attempts(this, deadlines);
    }

    public EventLoop Loop { get; }

    public Exchange? Older { get; set; }

    public Exchange? Newer { get; set; }

    public ClientConnection Client { get; private set; } = null!;

    public RequestRelay Request { get; }

    public AnswerRelay Answer { get; }

    public Attempts Tries { get; }

    public RouteEntry? Route { get; private set; }

    public string Method { get; private set; } = "";

    public bool IsIdempotent => RetryPolicy.IsIdempotent(Method);

    public bool IsHttp11 { get; private set; }

    /// <summary>The client waits for a word before it sends its body, so the time it takes is not its own.</summary>
    public bool AwaitsContinue { get; private set; }

    /// <summary>The client's connection ends with this answer.</summary>
    public bool WillClose => !keepsClient || Loop.IsStopping;

    /// <summary>Takes over the request whose head is the beginning of the client's input.</summary>
    public void Begin(ClientConnection client, RouteEntry? route, RequestHead head, ReadOnlySpan<char> path)
    {
        Enter(client, head.Method, head.IsHttp11);
        Route = route;
        keepsClient = head.IsHttp11 ? !head.WantsClose : head.WantsKeepAlive && !head.WantsClose;
        takesJson = head.TakesJson;
        AwaitsContinue = head.ExpectsContinue && head.Body != BodyKind.None;
        LoopParts parts = Loop.Parts;
        ReadOnlySpan<byte> bytes = client.Input.Content;
        if (parts.AccessLog.IsEnabled) facts = ExchangeFacts.Of(bytes, head);
        trace.Begin(Method, path, bytes, head);
        long most = route?.Route.BodyBytesMax ?? parts.Options.BodyBytesMax;
        if (route is null)
            RefuseWhole(head, Refusal.NoRoute, FailureWords.NoRoute(parts.Table, head.HostOf(bytes), path.ToString()));
        else if (head.Via >= 0 && HasComeRound(bytes, head)) RefuseWhole(head, Refusal.Loop, FailureWords.Loop);
        else if (head.Body == BodyKind.Length && head.ContentLength > most)
            RefuseWhole(head, Refusal.BodyTooLarge, FailureWords.BodyTooLarge(most));
        else Forward(client, route, head, bytes, most);
    }

    /// <summary>Answers a head that is no request and ends the connection.</summary>
    public void Refuse(ClientConnection client, HeadFault fault)
    {
        Enter(client, "-", isHttp11: true);
        if (Loop.Parts.AccessLog.IsEnabled) facts = ExchangeFacts.Unreadable;
        Refuse(fault.Refusal, fault.Detail);
    }

    public void OnClientReady()
    {
        ClientConnection turn = Client;
        bool hungUp = turn.PeerDone && Request.IsRead && Tries.IsTrying;
        if (turn.IsBroken || hungUp)
        {
            ClientGone();
            return;
        }

        if (Tries.Upstream is { Stands: true } && !Request.IsSent) Request.Pump();
        if (Client == turn && !Answer.AwaitsHead && turn.CanWrite) Answer.Pump();
    }

    public void OnUpstreamReady()
    {
        UpstreamConnection turn = Tries.Upstream!;
        if (!Request.IsSent) Request.Pump();
        if (Tries.Upstream == turn && (turn.CanRead || turn.PeerDone)) Answer.Pump();
    }

    /// <summary>The client sent more of the body: the time-out begins again, it is the endpoint's.</summary>
    public void BodyProgressed()
    {
        AwaitsContinue = false;
        if (Answer.AwaitsHead) deadlines.AwaitAnswer();
        deadlines.BodyProgressed();
    }

    /// <summary>Nothing to send until the client sends more.</summary>
    public void AwaitBody() => deadlines.AwaitBody();

    public void HeadArrived(AnswerHead head, bool closes)
    {
        Tries.HeadArrived();
        status = head.Status;
        announcedBytes = head.Body == BodyKind.Length ? head.ContentLength : null;
        if (closes) keepsClient = false;
        deadlines.AwaitStream();
    }

    public void AnswerProgressed() => deadlines.AwaitStream();

    public void AwaitClient() => deadlines.AwaitClient();

    /// <summary>The endpoint has done its part, whatever the client has taken of it yet.</summary>
    public void AnswerReceived(bool reusable) =>
        Tries.Succeeded(
            status >= 500 ? AttemptOutcome.ServerError : AttemptOutcome.Answered, reusable && Request.IsSent);

    public void ClientGone()
    {
        isClientGone = true;
        if (Tries.IsTrying)
        {
            Tries.End(AttemptOutcome.ClientGone);
            ForwardingLog.ClientGone(Loop.Parts.Logger, Route!.Name);
        }

        End();
    }

    /// <summary>The body is too long, too slow or malformed.</summary>
    public void RefuseBody(HeadFault fault)
    {
        keepsClient = false;
        if (Tries.IsTrying) Tries.End(AttemptOutcome.ClientFault);
        Refuse(fault.Refusal, fault.Detail);
    }

    public void OnTimer() => deadlines.OnTimer();

    /// <summary>The gateway's time to stop is up.</summary>
    public void Stop()
    {
        keepsClient = false;
        if (Tries.IsTrying) Tries.Failed(AttemptOutcome.Stopping);
        else ClientGone();
    }

    /// <summary>The gateway answers by itself; when an answer has begun, it is broken off instead.</summary>
    public void Refuse(Refusal why, string detail)
    {
        refusal = why;
        Loop.Parts.Metrics.Refused(why.Code);
        if (Answer.HasStarted)
        {
            // What the client has is not the whole: it must not take it for that.
            Client.BreakOff(resets: Answer.EndsWithConnection);
            End();
            return;
        }

        if (!Request.IsRead) keepsClient = false;
        status = why.Status;
        announcedBytes = null;
        Answer.Say(OwnAnswer.Make(why, detail, takesJson, Method == "HEAD", WillClose, IsHttp11, Loop.Date));
        deadlines.AwaitClient();
        Answer.Pump();
    }

    /// <summary>The client has all of the answer, or will never have it.</summary>
    public void End()
    {
        LoopParts parts = Loop.Parts;
        if (isClientGone && !Answer.HasStarted) status = ClientClosedRequest;
        TimeSpan took = parts.Time.GetElapsedTime(startedAt, Loop.Clock());
        parts.Metrics.RequestEnded(Route?.Labels, status, took);
        if (facts is not null) parts.AccessLog.Add(facts.Entry(Outcome(), took, parts.Time.GetUtcNow()));
        trace.End(status, Route?.Name, refusal?.Code);
        ClientConnection client = Client;
        bool isRead = Request.IsRead;
        bool keeps = !WillClose && !isClientGone && isRead;
        bool gone = isClientGone;
        Clear();
        client.ExchangeEnded(keeps, stillSends: !isRead && !gone);
    }

    private void Enter(ClientConnection client, string method, bool isHttp11)
    {
        Client = client;
        Method = method;
        IsHttp11 = isHttp11;
        keepsClient = false;
        startedAt = Loop.Clock();
        Loop.Parts.Metrics.RequestStarted();
    }

    private void Forward(
        ClientConnection client, RouteEntry route, RequestHead head, ReadOnlySpan<byte> bytes, long bodyBytesMax)
    {
        int body = WriteHead(client, route, head, bytes, out int start);
        if (Request.Begin(client.Input.Buffer, start, body, head, bodyBytesMax, IsIdempotent) is { } fault)
        {
            keepsClient = false;
            Refuse(fault.Refusal, fault.Detail);
            return;
        }

        route.Upstream.Outliers.Refresh();
        route.Upstream.Budget.Deposit();
        Tries.Next();
    }

    /// <summary>Refuses a request whose body, if it has one, nobody will read.</summary>
    private void RefuseWhole(RequestHead head, Refusal why, string detail)
    {
        LoopBuffer input = Client.Input.Buffer;
        input.Start += head.Length;
        bool isWhole = head.Body == BodyKind.None
            || (head.Body == BodyKind.Length && head.ContentLength <= input.Length);
        if (head.Body == BodyKind.Length && isWhole) input.Start += (int)head.ContentLength;
        if (isWhole) Request.Pass();
        Refuse(why, detail);
    }

    /// <summary>Puts the head to send where the client's ends; returns where the body begins.</summary>
    private int WriteHead(
        ClientConnection client, RouteEntry route, RequestHead head, ReadOnlySpan<byte> bytes, out int start)
    {
        LoopParts parts = Loop.Parts;
        Span<byte> room = stackalloc byte[TraceContext.Length];
        ReadOnlySpan<byte> header = trace.Write(room, bytes, head, parts.Rules.Trace, facts is not null);
        int length = parts.Requests.Write(
            Loop.Scratch, bytes, head, client.AddressText, route.StripLength, header);
        return client.Input.ReplaceHead(head.Length, Loop.Scratch.AsSpan(0, length), out start);
    }

    private bool HasComeRound(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (field.Id == FieldId.Via && field.Value(bytes).IndexOf(Loop.Parts.Pseudonym) >= 0) return true;
        }

        return false;
    }

    private ExchangeOutcome Outcome() => new(
        Method, status, announcedBytes, Route?.Name, Route?.Upstream.Service, Tries.Endpoint?.Authority, Tries.Count,
        refusal?.Code, trace.Header, Client.Address);

    /// <summary>Leaves nothing of this request to the next one.</summary>
    private void Clear()
    {
        Request.End();
        Answer.End();
        Tries.Clear();
        deadlines.Clear();
        Route = null;
        refusal = null;
        facts = null;
        isClientGone = false;
        AwaitsContinue = false;
        takesJson = false;
        status = 0;
        announcedBytes = null;
        Client = null!;
        Loop.Exchanges.Return(this);
    }
}
