using System.Text;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>What becomes of a request whose head is read: refused, answered at once, or sent on.</summary>
internal sealed class ExchangeOpening(Exchange exchange)
{
    /// <param name="head">What was parsed.</param>
    /// <param name="bytes">The client's input, of which the head is the beginning.</param>
    /// <param name="path">The request's path, decoded.</param>
    public void Decide(RequestHead head, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> path)
    {
        if (exchange.Route is not { } route)
        {
            RefuseWhole(head, Refusal.NoRoute, FailureWords.NoRoute(
                exchange.Loop.Parts.Table, head.HostOf(bytes), path.ToString()));
            return;
        }

        if (head.Via >= 0 && HasComeRound(bytes, head))
        {
            RefuseWhole(head, Refusal.Loop, FailureWords.Loop);
            return;
        }

        exchange.Passage = RouteGuards.Check(route, new HeadFacts(bytes, head, exchange.Client));
        if (exchange.Passage?.Refusal is { } refusal) RefuseWhole(head, refusal.Refusal, refusal.Detail);
        else if (route.Action is RedirectAction redirect) Redirect(redirect, head, bytes);
        else if (route.Action is AnswerAction answer) Answer(answer, head);
        else Forward(route, (ForwardAction)route.Action, head, bytes);
    }

    private void Forward(RouteEntry route, ForwardAction action, RequestHead head, ReadOnlySpan<byte> bytes)
    {
        long most = route.Route.BodyBytesMax ?? exchange.Loop.Parts.Options.BodyBytesMax;
        if (head.Body == BodyKind.Length && head.ContentLength > most)
        {
            RefuseWhole(head, Refusal.BodyTooLarge, FailureWords.BodyTooLarge(most));
            return;
        }

        exchange.Target = route.Targets.Choose();
        exchange.Target.Upstream.State.Use();
        if (!exchange.TryEnterGate())
        {
            RefuseWhole(head, Refusal.Overloaded, FailureWords.Overloaded(exchange.Target.Upstream));
            return;
        }

        if (action.Hash is not null) exchange.Tries.Key = action.KeyOf(new HeadFacts(bytes, head, exchange.Client));
        ClientConnection client = exchange.Client;
        int body = WriteHead(action, head, bytes, out int start);
        if (exchange.Request.Begin(client.Input.Buffer, start, body, head, most, exchange.IsIdempotent) is { } fault)
        {
            exchange.RefuseBody(fault);
            return;
        }

        Upstream upstream = exchange.Target.Upstream;
        upstream.Outliers.Refresh();
        upstream.Budget.Deposit();
        if (exchange.Request.IsRead) Exchange.RequestRead(client);
        exchange.Tries.Next();
    }

    private void Redirect(RedirectAction redirect, RequestHead head, ReadOnlySpan<byte> bytes)
    {
        string target = Encoding.ASCII.GetString(bytes.Slice(head.TargetStart, head.TargetLength));
        string location = redirect.Location(head.HostOf(bytes), target, isHttps: exchange.Client.Tls is not null);
        Skip(head);
        exchange.Say(
            redirect.Status, 0, OwnAnswer.Redirect(
                redirect.Status, location, exchange.Passage, exchange.EndOfOwn(), exchange.Loop.Date));
    }

    private void Answer(AnswerAction answer, RequestHead head)
    {
        Skip(head);
        exchange.Say(
            answer.Status, answer.Body.Length,
            OwnAnswer.Make(answer, exchange.Passage, exchange.EndOfOwn(), exchange.Loop.Date));
    }

    /// <summary>Refuses a request whose body, if it has one, nobody will read.</summary>
    private void RefuseWhole(RequestHead head, Refusal why, string detail)
    {
        Skip(head);
        exchange.Refuse(why, detail);
    }

    /// <summary>
    /// Passes over a request that is not sent on: with its body where that is here already; otherwise the connection
    /// ends with the answer.
    /// </summary>
    private void Skip(RequestHead head)
    {
        LoopBuffer input = exchange.Client.Input.Buffer;
        input.Start += head.Length;
        bool isWhole = head.Body == BodyKind.None
            || (head.Body == BodyKind.Length && head.ContentLength <= input.Length);
        if (head.Body == BodyKind.Length && isWhole) input.Start += (int)head.ContentLength;
        if (isWhole) exchange.Request.Pass();
    }

    /// <summary>Puts the head to send where the client's ends; returns where the body begins.</summary>
    private int WriteHead(ForwardAction action, RequestHead head, ReadOnlySpan<byte> bytes, out int start)
    {
        Span<byte> room = stackalloc byte[TraceContext.Length];
        ReadOnlySpan<byte> trace = exchange.WriteTrace(room, bytes, head);
        EventLoop loop = exchange.Loop;
        ClientConnection client = exchange.Client;
        int length = loop.Parts.Requests.Write(
            loop.Scratch, bytes, head, new Sender(client.Peer.Text, client.Peer.IsTrusted, client.Tls is not null),
            new HeadChanges(action.PrefixChange, exchange.Passage), trace);
        return client.Input.ReplaceHead(head.Length, loop.Scratch.AsSpan(0, length), out start);
    }

    private bool HasComeRound(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        foreach (ref readonly HeadField field in head.Fields.Items)
        {
            if (field.Id == FieldId.Via && field.Value(bytes).IndexOf(exchange.Loop.Parts.Pseudonym) >= 0) return true;
        }

        return false;
    }
}
