using System.Text;
using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Answers by itself, always the same.</summary>
internal sealed class AnswerAction : RouteAction
{
    private const string ContentType = "Content-Type";

    public AnswerAction(RouteAnswer answer)
    {
        Status = answer.Status;
        Body = Encoding.UTF8.GetBytes(answer.Body ?? "");
        bool isTyped = (answer.Headers ?? [])
            .Any(header => string.Equals(header.Name, ContentType, StringComparison.OrdinalIgnoreCase));
        HeaderValue[] type = Body.Length == 0 || isTyped
            ? []
            : [new HeaderValue { Name = ContentType, Value = "text/plain; charset=utf-8" }];
        Headers = [.. type, .. (answer.Headers ?? []).Where(HeaderRules.MayWrite)];
    }

    public override bool LoopsDo => true;

    public int Status { get; }

    public byte[] Body { get; }

    public IReadOnlyList<HeaderValue> Headers { get; }

    /// <summary>RFC 9110 §6.4.1: an answer that must not have a body.</summary>
    public bool HasBody => Status is not (204 or 304);
}
