using System.Text;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Security.Cors;

/// <summary>
/// Answers preflights, and gives every other answer of the route what its policy says; the back end's own word about it
/// is replaced. A preflight carries no proof of who sends it, so it is answered before anybody is asked.
/// </summary>
internal sealed class CorsGuard(RouteCors cors) : IRouteGuard
{
    private static readonly FieldName Origin = new("Origin");
    private static readonly FieldName WantedMethod = new("Access-Control-Request-Method");
    private static readonly FieldName WantedHeaders = new("Access-Control-Request-Headers");

    private readonly CorsPolicy policy = new(cors);

    public string Name => "cors";

    /// <summary>The loops pass a back end's headers on as they are.</summary>
    public bool LoopsDo => false;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        string? origin = Text(facts, Origin);
        string? method = Text(facts, WantedMethod);
        if (CorsPolicy.IsPreflight(facts.Method, origin, method))
        {
            return new GuardRefusal(Refusal.Preflight, "")
            {
                Headers = policy.Preflight(origin!, method!, Text(facts, WantedHeaders)),
            };
        }

        passage.AnswerReplaces = CorsPolicy.AnswerHeaders;
        foreach ((string name, string value) in policy.Answer(origin)) passage.Answer(name, value);
        return null;
    }

    private static string? Text<TFacts>(in TFacts facts, FieldName name) where TFacts : IRequestFacts, allows ref struct
    {
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        int length = facts.CopyHeader(name, room);
        return length < 0 ? null : Encoding.ASCII.GetString(room[..length]);
    }
}
