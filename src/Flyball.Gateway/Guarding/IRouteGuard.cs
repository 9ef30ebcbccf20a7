using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Guarding;

/// <summary>
/// Something that a request has to pass between its match and its route's action, on either path: who sends it, how
/// often, from where. A guard decides at once, from what it has in memory: whatever it has to fetch, it fetches in the
/// background. One object serves all threads.
/// </summary>
internal interface IRouteGuard
{
    /// <summary>For metrics and <c>route test</c>, for example <c>rate-limit</c>.</summary>
    string Name { get; }

    /// <summary>
    /// True when the event loops can carry its verdict out. False sends every request of the route to the other path.
    /// </summary>
    bool LoopsDo { get; }

    /// <summary>False when a check may take longer than an event loop can be held up.</summary>
    bool IsQuick => true;

    /// <summary>Null lets the request pass.</summary>
    /// <param name="facts">The request.</param>
    /// <param name="passage">What the guards before have found out, and where this one says what it has.</param>
    GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage) where TFacts : IRequestFacts, allows ref struct;
}
